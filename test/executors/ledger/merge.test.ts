import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeDocument } from '../../../src/executors/ledger/document.ts';
import { JournalWriter } from '../../../src/executors/ledger/journal.ts';
import { type LedgerCopy, mergeCopies } from '../../../src/executors/ledger/merge.ts';
import { AUDIT_DOC, MEMBERS_DOC, parseRevisionPath, revisionPath } from '../../../src/executors/ledger/names.ts';
import { repairFiles } from '../../../src/executors/ledger/repair.ts';
import { prune } from '../../../src/executors/ledger/retention.ts';
import type { RunEvent } from '../../../src/model/events.ts';
import type { RevisionRecord } from '../../../src/model/revision.ts';
import type { Step } from '../../../src/model/step.ts';

type Docs = Readonly<Record<string, unknown>>;

const revision = (number: number, change: object = {}) => ({
  [revisionPath(number, 'revision.json.gz')]: { number, token: number, payloads: [], ...change },
});
const outcome = (number: number, status: string, seq = 1) => ({
  [revisionPath(number, 'outcome.json')]: { seq, status, done: [], failed: [], notStarted: [], endedAtMs: 0 },
});
const copy = (host: string, ...docs: Docs[]): LedgerCopy => ({
  host,
  files: new Map(Object.entries(Object.assign({}, ...docs)).map(([path, body]) => [path, encodeDocument(path, body)])),
});
const damaged = (source: LedgerCopy, path: string, bytes: Uint8Array = Buffer.from('{')): LedgerCopy => ({
  ...source,
  files: new Map([...source.files, [path, bytes]]),
});
const codes = (copies: LedgerCopy[]) => mergeCopies(copies).problems.map((p) => `${p.severity} ${p.code}`);
const numbers = (copies: LedgerCopy[]) => mergeCopies(copies).revisions.map((r) => r.revision.number);

describe('copies of a ledger', () => {
  test('none is an empty ledger', () => {
    expect(mergeCopies([])).toMatchObject({ revisions: [], problems: [], token: 0, lastNumber: 0, members: undefined });
  });

  test('that were away for a while complete each other', () => {
    const copies = [copy('a', revision(1), revision(2)), copy('b', revision(2), revision(3), outcome(2, 'done'))];
    expect(numbers(copies)).toEqual([1, 2, 3]);
    const merged = mergeCopies(copies);
    expect(merged.current?.revision.number).toBe(2);
    expect(merged.unfinished?.revision.number).toBe(3);
    expect(merged).toMatchObject({ token: 3, problems: [] });
  });

  test('one damaged: the other counts, and the damage is named', () => {
    const whole = copy('a', revision(1));
    const copies = [whole, damaged(whole, revisionPath(1, 'revision.json.gz'))].map((c, i) => ({
      ...c,
      host: 'ab'[i] ?? '',
    }));
    expect(numbers(copies)).toEqual([1]);
    expect(codes(copies)).toEqual(['warning ledger/torn-copy']);
  });

  test('all damaged: the revision is lost, its number is not used again', () => {
    const bad = damaged(copy('a', revision(1)), revisionPath(2, 'revision.json.gz'));
    expect(numbers([bad])).toEqual([1]);
    expect(codes([bad])).toEqual(['warning ledger/damaged']);
    expect(mergeCopies([bad]).lastNumber).toBe(2);
  });

  test('a later format stops every writer', () => {
    const bytes = Buffer.from('{"format":2,"sha256":"x"}');
    expect(codes([damaged(copy('a', revision(1)), AUDIT_DOC, bytes)])).toEqual(['error ledger/newer-format']);
  });

  test('two different revisions of one number are a conflict', () => {
    const copies = [copy('a', revision(1, { token: 5 })), copy('b', revision(1)), copy('c', revision(1))];
    expect(codes(copies)).toEqual(['error ledger/conflict']);
    expect(mergeCopies(copies).revisions[0]?.revision.token).toBe(1);
  });

  test('of documents that change the newest counts, whatever host it is on', () => {
    const members = (seq: number, ...hosts: string[]) => ({ [MEMBERS_DOC]: { seq, hosts } });
    const copies = [
      copy('a', members(1, 'a', 'b')),
      copy('b', members(2, 'b', 'c'), revision(1), outcome(1, 'done', 2)),
    ];
    expect(mergeCopies([...copies, copy('c', outcome(1, 'interrupted'))])).toMatchObject({
      members: { hosts: ['b', 'c'] },
      current: { outcome: { status: 'done' } },
    });
  });

  test('a torn half of a journal leaves the other half', () => {
    const a = revisionPath(1, 'journal-a.json');
    const half = { [revisionPath(1, 'journal-b.json')]: { seq: 2, done: [1, 2], failed: [], open: [3] } };
    const copies = [damaged(copy('a', revision(1), half), a)];
    expect(mergeCopies(copies).unfinished?.journal).toEqual({ done: [1, 2], failed: [], open: [3] });
    expect(codes(copies)).toEqual([]);
  });

  test('a repair brings exactly what is missing, damaged or older, with the payloads', async () => {
    const used = { payloads: ['sha256:aa'] };
    const full = copy('a', revision(1), revision(2, used), outcome(1, 'done', 2));
    const old = damaged(copy('b', revision(1), outcome(1, 'interrupted')), revisionPath(2, 'revision.json.gz'));
    const merged = mergeCopies([full, old]);
    const files = await repairFiles(old, merged, async () => Buffer.from('secret'));
    expect(files.map((f) => f.path).sort()).toEqual([
      revisionPath(1, 'outcome.json'),
      revisionPath(2, 'revision.json.gz'),
      'payloads/aa',
    ]);
    expect(await repairFiles(full, merged, async () => undefined)).toEqual([]);
  });
});

test('a path is that of a revision, or it is not', () => {
  expect(parseRevisionPath(revisionPath(1234, 'outcome.json'))).toEqual({ revision: 1234, doc: 'outcome.json' });
  for (const path of ['docs/r/000000/00000001', 'docs/audit.json', 'docs/r/000000/x/outcome.json', 'payloads/1']) {
    expect(parseRevisionPath(path)).toBeUndefined();
  }
});

describe('retention', () => {
  const records = (count: number, payloads: (n: number) => string[] = () => []) =>
    Array.from({ length: count }, (_, i) => ({
      revision: { number: i + 1, payloads: payloads(i + 1) },
    })) as unknown as RevisionRecord[];
  const paths = (...args: Parameters<typeof prune>) => prune(...args).map((f) => f.path);

  test('removes nothing while there are few', () => {
    expect(paths(records(3), 3, 3, [])).toEqual([]);
  });
  test('removes the oldest, never the current one', () => {
    expect(paths(records(5), 1, 2, [])).toEqual(['docs/r/000000/00000002', 'docs/r/000000/00000003']);
  });
  test('removes a bucket when all of it is gone', () => {
    expect(paths(records(201), 201, 1, [])).toEqual(['docs/r/000000', 'docs/r/000001', 'docs/r/000002/00000200']);
  });
  test('empties payloads nobody uses: not those a kept or the new revision has', () => {
    const used = (n: number) => ['sha256:always', ...(n === 1 ? ['sha256:one', 'sha256:again'] : [])];
    expect(paths(records(2, used), 2, 1, ['sha256:again'])).toEqual(['docs/r/000000/00000001', 'payloads/one']);
  });
});

describe('the journal', () => {
  const step = (id: number) =>
    ({ id, kind: 'rollout.delay', host: 'a', cause: '', after: [], milliseconds: 1 }) as Step;
  const event = (type: 'step.started' | 'step.done', id: number): RunEvent =>
    ({ type, step: step(id), durationMs: 0, atMs: 0 }) as RunEvent;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is written in batches, one document after the other in turn', async () => {
    const written: string[] = [];
    const files = new Map<string, Uint8Array>();
    const journal = new JournalWriter(1, async ({ path, bytes }) => {
      written.push(path);
      files.set(path, bytes);
    });
    for (const id of [1, 2, 3]) journal.note(event('step.started', id));
    journal.note(event('step.done', 1));
    await vi.advanceTimersByTimeAsync(2000);
    journal.note(event('step.done', 2));
    await vi.advanceTimersByTimeAsync(2000);
    expect(written).toEqual([revisionPath(1, 'journal-a.json'), revisionPath(1, 'journal-b.json')]);
    const merged = mergeCopies([{ host: 'a', files: new Map([...files, ...copy('a', revision(1)).files]) }]);
    expect(merged.unfinished?.journal).toEqual({ done: [1, 2], failed: [], open: [3] });
  });

  test('keeps its distance from one write to the next, and leaves nothing out', async () => {
    const writes: Uint8Array[] = [];
    const journal = new JournalWriter(1, async ({ bytes }) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      writes.push(bytes);
    });
    for (let id = 1; id <= 60; id++) {
      journal.note(event('step.done', id));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(writes.length).toBe(3);
    await vi.advanceTimersByTimeAsync(5000);
    expect(Buffer.from(writes.at(-1) ?? []).toString()).toContain(',59,60]');
  });

  test('that could not be written once is written whole the next time, and at the end', async () => {
    const written: string[] = [];
    let isFull = true;
    const journal = new JournalWriter(1, async ({ bytes }) => {
      if (isFull) throw new Error('disk full');
      written.push(Buffer.from(bytes).toString());
    });
    journal.note(event('step.done', 1));
    await vi.advanceTimersByTimeAsync(2000);
    isFull = false;
    journal.note(event('step.done', 2));
    await vi.advanceTimersByTimeAsync(2000);
    expect(written).toEqual([expect.stringContaining('"done":[1,2]')]);
    const [last] = await journal.end();
    expect(Buffer.from(last?.bytes ?? []).toString()).toContain('"done":[1,2]');
  });

  test('of which nothing was noted has nothing to write', async () => {
    expect(await new JournalWriter(1, () => Promise.reject(new Error('not asked'))).end()).toEqual([]);
  });
});
