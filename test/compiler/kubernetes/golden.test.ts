import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileKubernetes } from '../../../src/compiler/kubernetes/index.ts';
import { sortDiagnostics } from '../../../src/model/diagnostic.ts';

const FOLDER = 'fixtures/kubernetes';

/** Rewrites the golden files: UPDATE_GOLDEN=1 npx vitest run test/compiler/kubernetes */
function compareGolden(path: string, actual: string): void {
  if (process.env.UPDATE_GOLDEN || !existsSync(path)) writeFileSync(path, actual);
  expect(actual).toBe(readFileSync(path, 'utf8'));
}

describe('fixtures/kubernetes', () => {
  it.each(readdirSync(FOLDER))('%s', (name) => {
    const folder = join(FOLDER, name);
    const parameters = join(folder, 'parameters.json');
    const given = existsSync(parameters) ? JSON.parse(readFileSync(parameters, 'utf8')) : {};
    const { desired, diagnostics, payloads } = compileKubernetes({
      sources: [{ file: 'input.yaml', text: readFileSync(join(folder, 'input.yaml'), 'utf8') }],
      stack: 'shop',
      parameters: new Map(Object.entries(given)),
    });
    const lines = sortDiagnostics(diagnostics).map((d) =>
      [
        `${d.position?.line}:${d.position?.column} ${d.severity}[${d.code}] ${d.path}: ${d.message}`,
        ...[d.where, d.detail, d.why, d.fix].flatMap((text) => (text ? [`    ${text}`] : [])),
      ].join('\n'),
    );
    compareGolden(join(folder, 'expected.findings.txt'), lines.map((line) => `${line}\n`).join(''));
    expect(desired === undefined).toBe(diagnostics.some((d) => d.severity === 'error'));
    if (!desired) return;
    compareGolden(join(folder, 'expected.desired.json'), `${JSON.stringify(desired, null, 2)}\n`);
    for (const { digest } of [...desired.configs, ...desired.secrets]) expect(payloads.has(digest ?? '')).toBe(true);
  });
});
