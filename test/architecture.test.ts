import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What costs a tenth of a start or more: imported where it is used, with `await import()`. */
const HEAVY =
  /^(ssh2|dockerode|ajv|yaml|listr2|chalk|tar-stream|string-width|age-encryption|diff|tinyglobby|node:https)(\/|$)/;
const STATIC_IMPORT = /^(?:import|export)\s+(?!type\b)(?:[\s\S]*?\sfrom\s+)?'([^']+)'/gm;

function commandFiles(): string[] {
  const names = readdirSync(join(ROOT, 'src/commands'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `src/commands/${name}`);
}

/** Modules a file evaluates when it is loaded. */
function staticImports(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(STATIC_IMPORT)].map(([, specifier]) => specifier ?? '');
}

/** Heavy packages that loading the file loads, each with the way there. */
function heavyBehind(file: string, seen = new Set<string>(), way: readonly string[] = []): string[] {
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  const here = [...way, relative(ROOT, file)];
  return staticImports(file).flatMap((specifier) => {
    if (HEAVY.test(specifier)) return [[...here, specifier].join(' → ')];
    return specifier.startsWith('.') ? heavyBehind(resolve(dirname(file), specifier), seen, here) : [];
  });
}

describe('starting the CLI', () => {
  const entries = ['src/app/cli/main.ts', ...commandFiles()];
  it.each(entries)('%s loads nothing heavy', (entry) => {
    expect(heavyBehind(join(ROOT, entry))).toEqual([]);
  });

  it('would notice', () => {
    expect(heavyBehind(join(ROOT, 'src/compiler/source/read-yaml.ts'))[0]).toBe(
      'src/compiler/source/read-yaml.ts → yaml',
    );
  });
});
