import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStowageFile } from '../../../src/compiler/stowage-file/read.ts';
import { renderDiagnostics } from '../../../src/render/diagnostics.ts';

const FOLDER = new URL('../../../fixtures/stowage-file/', import.meta.url).pathname;
const PATH = '/project/stowage.yaml';

/** Rewrites the golden files: UPDATE_GOLDEN=1 npx vitest run test/compiler/stowage-file */
function expectGolden(path: string, actual: string): void {
  if (process.env.UPDATE_GOLDEN || !existsSync(path)) writeFileSync(path, actual);
  expect(actual).toBe(readFileSync(path, 'utf8'));
}

describe('stowage.yaml', () => {
  for (const name of readdirSync(FOLDER)) {
    it(name, async () => {
      const text = readFileSync(join(FOLDER, name, 'stowage.yaml'), 'utf8');
      const { file, diagnostics } = await readStowageFile(text, PATH, '/home/me');
      const errors = renderDiagnostics(diagnostics, { readText: () => text, cwd: '/project' });
      if (name.startsWith('error-')) {
        expect(file).toBeUndefined();
        expectGolden(join(FOLDER, name, 'expected.errors.txt'), errors);
      } else {
        expect(errors).toBe('');
        const shown = { ...file, environments: Object.fromEntries(file?.environments ?? []) };
        expectGolden(join(FOLDER, name, 'expected.json'), `${JSON.stringify(shown, null, 2)}\n`);
      }
    });
  }
});
