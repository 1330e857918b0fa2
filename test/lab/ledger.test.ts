import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ledger, openLedger } from '../../src/executors/ledger/ledger.ts';
import { acquireLock } from '../../src/executors/ledger/lock/lock.ts';
import { readLedger } from '../../src/executors/ledger/read.ts';
import type { HostConnection } from '../../src/executors/transport/connection.ts';
import type { DesiredState } from '../../src/model/desired.ts';
import type { RevisionMeta } from '../../src/model/revision.ts';
import { bundled } from './harness/driver.ts';
import { describeLab } from './harness.ts';
import { digest, openSockets, perform, steps } from './steps/support.ts';

const meta = (cause: string): RevisionMeta => ({
  action: 'apply',
  cause,
  by: { user: 'ann', host: 'laptop', ciUrl: 'https://ci.example/7' },
  startedAtMs: 1_700_000_000_000,
  commit: 'abc123',
  toolVersion: '0.1.0',
  desired: { version: 1, stack: 'shop' } as DesiredState,
  images: { 'web:1': 'sha256:aa' },
  placements: [],
  steps: [1, 2, 3],
});
const ended = { status: 'done', endedAtMs: 1_700_000_060_000, done: [1, 2, 3], failed: [], notStarted: [] } as const;
const payloads = (...texts: string[]) => new Map(texts.map((text) => [digest(text), Buffer.from(text)]));
const DATA = '/var/lib/docker/volumes/stowage-ledger-shop/_data';
const DRIVER = await bundled(new URL('./steps/ledger-driver.ts', import.meta.url));
const NAMES = ['host1', 'host2', 'host3'];

function bound(host: HostConnection, key: string | symbol): unknown {
  const value: unknown = Reflect.get(host, key, host);
  return typeof value === 'function' ? value.bind(host) : value;
}

const NOTED = 'label=io.stowage.journal-path';

describeLab('the ledger', (lab) => {
  let hosts: Map<string, HostConnection>;
  beforeEach(async () => {
    await lab.reset();
    hosts = await openSockets(lab);
  });
  afterEach(() => Promise.all([...hosts.values()].map((host) => host.close())));

  const only = (...names: string[]) => new Map([...hosts].filter(([name]) => names.includes(name)));
  const open = (connections: ReadonlyMap<string, HostConnection> = hosts, keep?: number) =>
    openLedger({ stack: 'shop', connections, inventory: NAMES, keep });
  const apply = async (ledger: Ledger, cause: string, secrets = payloads(), token = 1) => {
    const { revision, written } = await ledger.begin({ meta: meta(cause), payloads: secrets, token });
    await written;
    await ledger.commit(revision, ended);
    return revision.number;
  };
  const codes = (ledger: Ledger) => ledger.state.problems.map((p) => `${p.code} ${p.where}`).sort();
  const notes = async () =>
    (await Promise.all(NAMES.map((host) => lab.docker(host, ['volume', 'ls', '-q', '--filter', NOTED]))))
      .join('\n')
      .split('\n')
      .filter(Boolean);
  const files = async (host: string) =>
    (await lab.onHost(host, 'find', [DATA, '-type', 'f']))
      .trim()
      .split('\n')
      .map((p) => p.slice(DATA.length + 1))
      .sort();

  test('is empty at first, then keeps what was applied on three hosts, readable from anywhere', async () => {
    const ledger = await open();
    expect(ledger.state).toMatchObject({ hosts: [], revisions: [], audit: [], problems: [] });
    expect(await apply(ledger, 'first', payloads('s3cret'))).toBe(1);
    const elsewhere = (await open()).state;
    expect(elsewhere).toMatchObject({
      hosts: NAMES,
      problems: [],
      current: { revision: { ...meta('first'), number: 1, token: 1, payloads: [digest('s3cret')] }, outcome: ended },
    });
    expect(elsewhere.audit.map((line) => `${line.revision} ${line.outcome} ${line.by.user}`)).toEqual([
      '1 begun ann',
      '1 done ann',
    ]);
    const contents = await Promise.all(NAMES.map(files));
    expect(contents[1]).toEqual(contents[0]);
    expect(contents[2]).toEqual(contents[0]);
  });

  test('is read in one round trip', async () => {
    await apply(await open(), 'first');
    const begun: string[] = [];
    let answers = 0;
    const asked = async <T>(answer: Promise<T>): Promise<T> => {
      begun.push(answers === 0 ? 'before any answer' : 'later');
      return await answer.finally(() => {
        answers++;
      });
    };
    const counting = new Map(
      [...hosts].map(([name, host]) => [
        name,
        {
          ...host,
          name,
          get: (...args: Parameters<HostConnection['get']>) => asked(host.get(...args)),
          getArchive: (...args: Parameters<HostConnection['getArchive']>) => asked(host.getArchive(...args)),
        } as HostConnection,
      ]),
    );
    const { state } = await readLedger(counting, 'shop', NAMES);
    expect(state).toMatchObject({ current: { revision: { number: 1 } }, problems: [] });
    expect(begun).toEqual(Array(6).fill('before any answer'));
  });

  test('read again, it is looked at where nothing was written since, and read where something was', async () => {
    await apply(await open(), 'first');
    let readings = 0;
    const counting = new Map(
      [...hosts].map(([name, host]) => {
        const getArchive = (...args: Parameters<HostConnection['getArchive']>) => {
          readings++;
          return host.getArchive(...args);
        };
        return [name, new Proxy(host, { get: (of, key) => (key === 'getArchive' ? getArchive : bound(of, key)) })];
      }),
    );
    const ledger = await open(counting);
    expect((await ledger.readAgain()).current?.revision.number).toBe(1);
    expect(readings).toBe(3);
    await apply(await open(), 'by somebody else');
    expect((await ledger.readAgain()).current?.revision.number).toBe(2);
    expect(readings).toBe(6);
    await lab.onHost('host2', 'ln', ['-sfn', 'writing', `${DATA}/docs/.stamp`]);
    const during = await open(counting);
    await during.readAgain();
    expect(readings).toBe(12);
  });

  test('keeps secrets where only root of the host can read them, and gives them back checked', async () => {
    const ledger = await open();
    await apply(ledger, 'first', payloads('s3cret', 'other'));
    const hex = digest('s3cret').slice('sha256:'.length);
    expect((await lab.onHost('host1', 'stat', ['-c', '%a %u', `${DATA}/payloads/${hex}`])).trim()).toBe('600 0');
    expect(Buffer.from((await ledger.payload(digest('s3cret'))) ?? '').toString()).toBe('s3cret');
    await lab.onHost('host1', 'sh', ['-c', `printf changed > ${DATA}/payloads/${hex}`]);
    expect(Buffer.from((await ledger.payload(digest('s3cret'))) ?? '').toString()).toBe('s3cret');
    expect(await ledger.payload(digest('never seen'))).toBeUndefined();
  });

  test('knows an interrupted run and its share, and goes on with it', async () => {
    const first = await open();
    const { revision } = await first.begin({ meta: meta('killed'), payloads: payloads(), token: 1 });
    const delay = (milliseconds: number) => ({ kind: 'rollout.delay' as const, milliseconds });
    const stop = AbortSignal.timeout(600);
    const listener = first.journal;
    await perform(hosts, steps(delay(1), delay(1), delay(1200), delay(1)), { listener, signals: { stop } });
    await expect.poll(async () => (await open()).state.unfinished?.journal?.done, { timeout: 5000 }).toEqual([1, 2, 3]);
    expect(await notes()).toHaveLength(NAMES.length);
    const second = await open();
    expect(second.state.unfinished).toMatchObject({ revision: { number: 1, by: { user: 'ann' } } });
    expect(second.state.unfinished?.outcome).toBeUndefined();

    const resumed = await second.begin({ meta: meta('again'), payloads: payloads(), token: 2, resume: 1 });
    expect(resumed.revision).toEqual(revision);
    await resumed.written;
    expect((await open()).state).toMatchObject({ unfinished: { journal: { done: [1, 2, 3] } }, problems: [] });
    expect(await notes()).toEqual([]);
    await second.commit(revision, { ...ended, status: 'interrupted' });
    const third = await open();
    await third.begin({ meta: meta('again'), payloads: payloads(), token: 3, resume: 1 });
    await third.commit(revision, ended);
    expect(await notes()).toEqual([]);
    expect((await open()).state).toMatchObject({ current: { revision: { number: 1 } }, revisions: { length: 1 } });
  });

  test('an end that is written again takes the place of the one before', async () => {
    const ledger = await open();
    const { revision } = await ledger.begin({ meta: meta('first'), payloads: payloads(), token: 1 });
    await ledger.commit(revision, ended);
    await ledger.commit(revision, { ...ended, status: 'interrupted', done: [1] });
    const { state } = await open();
    expect(state.unfinished).toMatchObject({ revision: { number: 1 }, outcome: { status: 'interrupted', done: [1] } });
    expect(state.audit.map((line) => line.outcome)).toEqual(['begun', 'interrupted']);
  });

  test('takes a note that is damaged, or is not its own, for none', async () => {
    await apply(await open(), 'first');
    const label = (name: string, value: string) => ['--label', `io.stowage.journal-${name}=${value}`];
    const create = (volume: string, path: string, document: string) =>
      lab.docker('host2', [
        'volume',
        'create',
        '--label',
        'io.stowage.ledger=shop',
        ...label('path', path),
        ...label('document', document),
        volume,
      ]);
    await create('stowage-journal-shop-1-9', 'docs/r/000000/00000001/journal-b.json', '{"format":1,"sha256":"0');
    await create('data', 'docs/r/000000/00000001/journal-a.json', 'anything');
    const ledger = await open();
    expect(ledger.state).toMatchObject({ current: { revision: { number: 1 } }, problems: [], behind: ['host2'] });
    await ledger.repair();
    expect(await notes()).toEqual(['data']);
    expect((await open()).state.behind).toBeUndefined();
  });

  test('keeps as many revisions as told, and empties secrets nobody uses any more', async () => {
    for (const cause of ['one', 'two', 'three', 'four']) {
      await apply(await open(hosts, 2), cause, payloads('always', `only ${cause}`));
    }
    const { state } = await open();
    expect(state.revisions.map((r) => r.revision.cause)).toEqual(['three', 'four']);
    expect(state.problems).toEqual([]);
    const ledger = await open();
    expect(await ledger.payload(digest('only one'))).toBeUndefined();
    for (const kept of ['always', 'only three', 'only four']) expect(await ledger.payload(digest(kept))).toBeDefined();
    expect(await lab.onHost('host1', 'sh', ['-c', `cat ${DATA}/payloads/*`])).not.toContain('only one');
  });

  test('loses nothing with a host, and brings it up to date when it is back', async () => {
    await apply(await open(), 'first', payloads('one'));
    const without = await open(only('host1', 'host3'));
    expect(codes(without)).toEqual(['ledger/copy-away host host2']);
    await apply(without, 'second', payloads('two'));
    expect(await files('host2')).not.toEqual(await files('host1'));
    await apply(await open(), 'third');
    expect(await files('host2')).toEqual(await files('host1'));
    expect((await open()).state.problems).toEqual([]);
    const alone = await open(only('host2'));
    expect(alone.state.revisions.map((r) => r.revision.cause)).toEqual(['first', 'second', 'third']);
    expect(Buffer.from((await alone.payload(digest('two'))) ?? '').toString()).toBe('two');
  });

  test('is not written by who sees only a minority of it', async () => {
    await apply(await open(), 'first');
    const ledger = await open(only('host2'));
    expect(codes(ledger)).toContain('ledger/minority undefined');
    await expect(apply(ledger, 'second')).rejects.toMatchObject({ diagnostics: [{ code: 'ledger/minority' }] });
    expect((await open()).state.revisions.length).toBe(1);
  });

  test('outlives a prune of stopped containers', async () => {
    await apply(await open(), 'first');
    for (const host of ['host2', 'host3']) await lab.docker(host, ['container', 'prune', '-f']);
    const seen = (await readLedger(hosts, 'shop', NAMES)).state.problems;
    expect(seen.map(({ severity, code }) => `${severity} ${code}`).sort()).toEqual([
      'warning ledger/copies-lost',
      'warning ledger/copy-away',
      'warning ledger/copy-away',
    ]);
    expect(codes(await open())).toEqual([]);
    for (const host of NAMES) await lab.docker(host, ['container', 'prune', '-f']);
    const { state } = await readLedger(hosts, 'shop', NAMES);
    expect(state.problems.map((p) => p.code)).toEqual(NAMES.map(() => 'ledger/copy-away'));
    expect(await apply(await open(), 'second')).toBe(2);
  });

  test('a run killed at any moment leaves whole revisions, no gap, and a lock that is taken over at once', async () => {
    const sockets = JSON.stringify(Object.fromEntries(lab.hosts.map((h) => [h.name, h.socketPath])));
    let committed = 0;
    for (const milliseconds of [40, 120, 200, 280, 300, 350, 420, 500]) {
      const run = lab.start(process.execPath, [DRIVER], { input: sockets });
      await run.waitForOutput(milliseconds < 300 ? 'ready' : 'committed');
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      run.kill('SIGKILL');
      const { stdout } = await run.done;
      committed = Math.max(committed, ...[...stdout.matchAll(/committed (\d+)/g)].map((match) => Number(match[1])));
      const ledger = await open();
      const { revisions, current, problems } = ledger.state;
      expect(problems.filter((p) => p.severity === 'error')).toEqual([]);
      const numbers = revisions.map((r) => r.revision.number);
      expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
      expect(current?.revision.number ?? 0).toBeGreaterThanOrEqual(committed);
      for (const { revision } of revisions) {
        for (const secret of revision.payloads) expect(await ledger.payload(secret)).toBeDefined();
      }
      const members = ledger.members;
      const holder = { user: 'next', host: 'here' };
      const lock = await acquireLock({ name: 'shop', members, connections: hosts, holder, lastToken: ledger.token });
      await lock.release();
    }
    expect(committed).toBeGreaterThan(0);
  });

  test('goes with the stack, or stays as history', async () => {
    const ledger = await open();
    await apply(ledger, 'first');
    await ledger.remove({ withHistory: false });
    for (const host of NAMES) {
      expect(await lab.docker(host, ['ps', '-aq'])).toBe('');
      expect(await lab.docker(host, ['volume', 'ls', '-q'])).toBe('stowage-ledger-shop');
    }
    expect((await open()).state.revisions.length).toBe(1);
    await ledger.remove({ withHistory: true });
    for (const host of NAMES) expect(await lab.docker(host, ['volume', 'ls', '-q'])).toBe('');
  });
});
