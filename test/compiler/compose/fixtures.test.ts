import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskReader } from '../../../src/app/disk-reader.ts';
import { type LoadOptions, loadComposeProject, printJson } from '../../../src/compiler/compose/index.ts';
import { sortDiagnostics } from '../../../src/model/diagnostic.ts';
import { renderDiagnostics } from '../../../src/render/diagnostics.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/compose');
/** STOWAGE_WRITE_FIXTURES=1 rewrites the golden files; the diff is then the change in behaviour. */
const WRITE = process.env.STOWAGE_WRITE_FIXTURES === '1';

function load(name: string): { readonly file: string; readonly text: string } {
  const folder = join(FOLDER, name);
  const path = join(folder, 'options.json');
  const options: Partial<LoadOptions> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const { project, diagnostics } = loadComposeProject({
    files: ['compose.yaml'],
    workingDir: folder,
    environment: {},
    reader: diskReader,
    ...options,
  });
  if (project) return { file: 'expected.json', text: printJson(project).replaceAll(folder, '/project') };
  const errors = sortDiagnostics(diagnostics).filter(({ severity }) => severity === 'error');
  const readText = (file: string) => readFileSync(file, 'utf8');
  return { file: 'expected.errors.txt', text: renderDiagnostics(errors, { cwd: folder, readText }) };
}

describe('compose projects', () => {
  it.each(readdirSync(FOLDER))('%s', (name) => {
    const { file, text } = load(name);
    const path = join(FOLDER, name, file);
    if (WRITE) writeFileSync(path, text);
    expect(existsSync(path), `${file} is missing; it would be:\n${text}`).toBe(true);
    expect(text).toBe(readFileSync(path, 'utf8'));
  });
});
