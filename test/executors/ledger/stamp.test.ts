import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { packFiles, unpackCopy } from '../../../src/executors/ledger/archive.ts';
import { areUnchanged } from '../../../src/executors/ledger/stamp.ts';
import type { HostReader } from '../../../src/executors/transport/connection.ts';
import { HostError } from '../../../src/executors/transport/errors.ts';

const FILES = [{ path: 'docs/token.json', bytes: Buffer.from('{}') }];

async function entriesOf(tar: Uint8Array): Promise<string[]> {
  const { extract } = await import('tar-stream');
  const entries = Readable.from([tar]).pipe(extract());
  const found: string[] = [];
  for await (const entry of entries) {
    entry.resume();
    found.push([entry.header.name, entry.header.linkname].filter(Boolean).join(' → '));
  }
  return found;
}

/** A tar of these entries as an engine sends a folder: links have a target. */
async function sent(...entries: readonly (readonly [name: string, target?: string])[]): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  for (const [name, linkname] of entries) {
    if (linkname === undefined) tar.entry({ name }, 'x');
    else tar.entry({ name, type: 'symlink', linkname });
  }
  tar.finalize();
  return tar as unknown as Readable;
}

describe('the stamp of a copy', () => {
  it('is taken away before the first file is written and set after the last', async () => {
    expect(await entriesOf(await packFiles(FILES, 'new'))).toEqual([
      'docs/',
      'docs/.stamp → writing',
      'docs/token.json',
      'docs/.stamp → new',
    ]);
  });

  it.each([
    { name: 'ahead of the documents', entries: [['docs/.stamp', 'a'], ['docs/audit.json']], stamp: 'a' },
    { name: 'behind a document', entries: [['docs/audit.json'], ['docs/.stamp', 'a']], stamp: undefined },
    { name: 'of a write under way', entries: [['docs/.stamp', 'writing'], ['docs/audit.json']], stamp: undefined },
    { name: 'that is a file', entries: [['docs/.stamp'], ['docs/audit.json']], stamp: undefined },
    { name: 'that is not there', entries: [['docs/audit.json']], stamp: undefined },
  ] as const)('is $stamp when it is one $name', async ({ entries, stamp }) => {
    expect((await unpackCopy(await sent(...entries), '')).stamp).toBe(stamp);
  });
});

const NOT_FOUND = new HostError(
  'engine/404',
  'a',
  { severity: 'error', code: 'engine/404', message: '' },
  { status: 404 },
);
const AWAY = new HostError('host/timeout', 'a', { severity: 'error', code: 'host/timeout', message: '' }, {});

function reader(name: string, answer: string | Error): readonly [string, HostReader] {
  const statArchive = async () => {
    if (typeof answer !== 'string') throw answer;
    return { name: '.stamp', linkTarget: answer };
  };
  return [name, { name, statArchive } as unknown as HostReader];
}

describe('copies are unchanged', () => {
  const files = new Map<string, Uint8Array>();

  it.each([
    { name: 'with the same stamp', copies: [{ host: 'a', files, stamp: 's' }], answer: '/ledger/docs/s', same: true },
    { name: 'with a relative target', copies: [{ host: 'a', files, stamp: 's' }], answer: 's', same: true },
    { name: 'with another stamp', copies: [{ host: 'a', files, stamp: 's' }], answer: '/ledger/docs/t', same: false },
    { name: 'while one is written', copies: [{ host: 'a', files }], answer: '/ledger/docs/writing', same: false },
    { name: 'without a stamp', copies: [{ host: 'a', files }], answer: NOT_FOUND, same: false },
    { name: 'that are gone', copies: [{ host: 'a', files, stamp: 's' }], answer: NOT_FOUND, same: false },
    { name: 'where the stamp is a file', copies: [{ host: 'a', files, stamp: 's' }], answer: '', same: false },
    { name: 'on a host that is silent', copies: [{ host: 'a', files, stamp: 's' }], answer: AWAY, same: false },
    { name: 'where there was none and is none', copies: [], answer: NOT_FOUND, same: true },
    { name: 'where there was none and is one', copies: [], answer: '/ledger/docs/s', same: false },
    { name: 'where there was none and nobody answers', copies: [], answer: AWAY, same: false },
  ])('$name: $same', async ({ copies, answer, same }) => {
    expect(await areUnchanged(new Map([reader('a', answer)]), 'shop', copies)).toBe(same);
  });

  it('on all hosts or not at all', async () => {
    const copies = ['a', 'b'].map((host) => ({ host, files, stamp: 's' }));
    const readers = new Map([reader('a', '/ledger/docs/s'), reader('b', '/ledger/docs/t')]);
    expect(await areUnchanged(readers, 'shop', copies)).toBe(false);
  });
});
