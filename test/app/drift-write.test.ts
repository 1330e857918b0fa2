import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { adoptDrift } from '../../src/app/drift-write.ts';
import type { Change, Difference } from '../../src/model/change.ts';
import { workspace } from '../commands/run-cli.ts';

const change: Change = {
  action: 'update',
  kind: 'replica',
  resource: 'web.1',
  workload: 'web',
  differences: [],
  cause: '',
};
const difference = (path: string, from: unknown): Difference => ({
  path,
  from,
  attribution: 'changed on the host',
  forcesReplace: false,
});

const FILE = `
# the shop
services:
    web:   # in front
        image: "web:1"
        ports:
        - "80:8080"
        - 443:8443


        environment: {A: 1,   B: two}   # both
        restart:   unless-stopped     # by hand

    api: {image: api:1, restart: "no"}
x-long: one very long line that a printer would like to break somewhere, as it is much longer than eighty characters
`;

async function adopted(text: string, ...differences: Difference[]): Promise<string> {
  const folder = workspace({ 'compose.yaml': text });
  try {
    const file = join(folder.path, 'compose.yaml');
    await adoptDrift([{ change, differences }], [file]);
    return readFileSync(file, 'utf8');
  } finally {
    folder.remove();
  }
}

it('changes the line it is about and no other', async () => {
  const text = await adopted(FILE, difference('restart.name', 'always'));
  expect(text.split('\n').filter((line) => !FILE.split('\n').includes(line))).toEqual([
    '        restart: always # by hand',
  ]);
  expect(text.split('\n')).toHaveLength(FILE.split('\n').length);
});

it('adds lines where they belong', async () => {
  const text = await adopted(FILE, difference('resources.memoryBytes', 104857600));
  const added = text.split('\n').filter((line) => !FILE.split('\n').includes(line));
  expect(added.map((line) => line.trim())).toEqual(['deploy:', 'resources:', 'limits:', 'memory: 104857600b']);
  expect(text.indexOf('deploy:')).toBeLessThan(text.indexOf('api:'));
});

it('takes a key away that is not set any more', async () => {
  const text = await adopted(FILE, difference('restart.name', undefined));
  expect(text).not.toContain('unless-stopped');
  expect(text).toContain('    api: {image: api:1, restart: "no"}');
});
