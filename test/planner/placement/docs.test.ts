import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { example } from './docs-example.ts';

const PAGE = new URL('../../../docs/placement.md', import.meta.url);

/** Fills the blocks behind `<!-- name -->` with what the engine says. */
function filled(page: string, blocks: Record<string, string>): string {
  return page.replace(/^<!-- (\w+) -->\n(?: {4}.*\n|\n(?= {4}))*/gm, (_all, name: string) => {
    const lines = (blocks[name] ?? '').trimEnd().split('\n');
    return `<!-- ${name} -->\n${lines.map((line) => (line === '' ? '\n' : `    ${line}\n`)).join('')}`;
  });
}

it('docs/placement.md shows what the engine says', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const expected = filled(page, await example());
  if (process.env.UPDATE_DOCS) writeFileSync(PAGE, expected);
  else expect(page).toBe(expected);
});
