import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HeldLock } from '../../src/executors/ledger/lock/held.ts';
import { acquireLock, breakLock, type LockOptions, viewLock } from '../../src/executors/ledger/lock/lock.ts';
import type { HostConnection } from '../../src/executors/transport/connection.ts';
import { bundled } from './harness/driver.ts';
import { describeLab } from './harness.ts';
import { openSockets, perform, steps } from './steps/support.ts';

const NAMES = ['host1', 'host2', 'host3'];
const NAME = 'stowage-lock-shop';
const DRIVER = await bundled(new URL('./steps/lock-driver.ts', import.meta.url));

describeLab('the lock', (lab) => {
  let hosts: Map<string, HostConnection>;
  let held: HeldLock[];
  beforeEach(async () => {
    await lab.reset();
    hosts = await openSockets(lab);
    held = [];
  });
  afterEach(async () => {
    await Promise.all(held.map((lock) => lock.release()));
    await Promise.all([...hosts.values()].map((host) => host.close()));
  });

  const options = (change: Partial<LockOptions> = {}): LockOptions => ({
    name: 'shop',
    members: NAMES,
    connections: hosts,
    holder: { user: 'ann', host: 'laptop' },
    lastToken: 0,
    ...change,
  });
  const acquire = async (change: Partial<LockOptions> = {}) => {
    const lock = await acquireLock(options(change));
    held.push(lock);
    return lock;
  };
  const refusal = async (change: Partial<LockOptions> = {}) => {
    const error = await acquire(change).then(
      () => undefined,
      (e) => e,
    );
    return { exitCode: error?.exitCode, ...error?.diagnostics?.[0] };
  };
  const only = (...names: string[]) => new Map([...hosts].filter(([name]) => names.includes(name)));
  const locks = async (host: string) => lab.docker(host, ['ps', '-aq', '--filter', `name=${NAME}`]);
  /** Another process that holds the lock and looks after it all the time. */
  const hold = async (leaseSeconds: number, skewMs = 0) => {
    const sockets = Object.fromEntries(lab.hosts.map(({ name, socketPath }) => [name, socketPath]));
    const run = lab.start(process.execPath, [DRIVER], {
      input: JSON.stringify({ name: 'shop', leaseSeconds, skewMs, sockets }),
    });
    await run.waitForOutput('held');
    return run;
  };

  test('is taken by one, who is shown to the others; given up, the next has a higher token', async () => {
    const lock = await acquire({ holder: { user: 'ann', host: 'laptop', ciUrl: 'https://ci.example/7' } });
    expect(lock.token).toBe(1);
    expect(await refusal({ holder: { user: 'bob', host: 'desk' } })).toMatchObject({
      exitCode: 75,
      code: 'lock/held',
      detail: 'ann on laptop (https://ci.example/7)',
    });
    await lock.verify();
    await lock.release();
    for (const host of NAMES) expect(await locks(host)).toBe('');
    expect((await acquire({ lastToken: lock.token })).token).toBe(2);
  });

  test('of one stack does not block another', async () => {
    await acquire();
    expect((await acquire({ name: 'blog' })).token).toBe(1);
  });

  test('is waited for', async () => {
    const first = await acquire();
    const seen: string[] = [];
    const second = acquire({ waitMs: 20_000, onWait: (holder) => seen.push(holder?.user ?? '') });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await first.release();
    expect((await second).token).toBe(2);
    expect(seen).toContain('ann');
    expect(await refusal({ waitMs: 1200 })).toMatchObject({
      code: 'lock/held',
      why: expect.stringContaining('waiting'),
    });
  });

  test.each([2, 5, 10])('%i at once: one at a time has it, and each gets it', async (count) => {
    let inside = 0;
    let most = 0;
    const tokens: number[] = [];
    const run = async (index: number) => {
      const lock = await acquireLock(options({ waitMs: 90_000, holder: { user: `u${index}`, host: 'x' } }));
      most = Math.max(most, ++inside);
      tokens.push(lock.token);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await lock.verify();
      inside--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: count }, (_, index) => run(index)));
    expect(most).toBe(1);
    expect(tokens.length).toBe(count);
    for (const host of NAMES) expect(await locks(host)).toBe('');
  });

  test('is held with one of three hosts away, and not with two', async () => {
    const lock = await acquire({ connections: only('host1', 'host3') });
    expect(await refusal()).toMatchObject({ code: 'lock/held' });
    await lock.release();
    expect(await refusal({ connections: only('host2') })).toMatchObject({ code: 'lock/unreachable', exitCode: 75 });
    for (const host of NAMES) expect(await locks(host)).toBe('');
  });

  test('a claim that was forgotten on a host that was away is cleared away', async () => {
    const lock = await acquire();
    Object.defineProperty(lock, 'surroundings', {
      value: { ...lock.surroundings, connections: only('host1', 'host2') },
    });
    await lock.release();
    expect(await locks('host3')).not.toBe('');
    const next = await acquire();
    expect([...next.claims.keys()].sort()).toEqual(NAMES);
  });

  test('of a killed run on this machine is taken over at once', async () => {
    const killed = await hold(300);
    killed.kill('SIGKILL');
    await killed.done;
    expect((await acquire()).token).toBe(2);
  });

  test('broken by someone: no step of its holder runs any more', async () => {
    const lock = await acquire({ leaseSeconds: 1 });
    const delay = { kind: 'rollout.delay' as const, milliseconds: 1500 };
    const create = { kind: 'volume.remove' as const, volume: 'data' };
    const work = steps(delay, create, delay);
    const report = perform(hosts, work, { context: { verifyLock: () => lock.verify() } });
    const { claims } = await viewLock(options());
    await breakLock(options(), claims);
    expect(await report).toMatchObject({
      status: 'failed',
      done: [1],
      failed: [2],
      notStarted: [3],
      codes: ['lock/lost'],
    });
    await acquire();
  });

  test.each([-600_000])(
    'of a frozen run is taken over after its lease, with its clock off by %i ms; awake again it notices',
    async (skewMs) => {
      const frozen = await hold(2, skewMs);
      frozen.kill('SIGSTOP');
      expect(await refusal()).toMatchObject({ code: 'lock/held', detail: 'killed on here' });
      const begun = performance.now();
      const next = await acquire({ waitMs: 30_000 });
      expect(performance.now() - begun).toBeGreaterThan(1000);
      frozen.kill('SIGCONT');
      await frozen.waitForOutput('lock/lost');
      await frozen.done;
      await next.verify();
      expect(next.token).toBe(2);
    },
  );

  test('garbage and a foreign container are named and left alone', async () => {
    const { EMPTY_IMAGE } = await import('../../src/executors/docker/steps/helper-container.ts');
    await (await acquire()).release();
    for (const host of NAMES) {
      await lab.docker(host, [
        'create',
        '--name',
        NAME,
        '--label',
        'io.stowage.lock=shop',
        '--label',
        'io.stowage.lock-data={',
        EMPTY_IMAGE,
        'x',
      ]);
    }
    expect(await refusal({ waitMs: 1000 })).toMatchObject({ code: 'lock/garbage', exitCode: 75 });
    expect(await locks('host1')).not.toBe('');
    await breakLock(options(), (await viewLock(options())).claims);
    expect(await locks('host1')).toBe('');
    for (const host of NAMES) await lab.docker(host, ['create', '--name', NAME, EMPTY_IMAGE, 'x']);
    expect(await refusal({ waitMs: 1000 })).toMatchObject({ code: 'lock/foreign', exitCode: 75 });
    await breakLock(options(), (await viewLock(options())).claims);
    expect(await locks('host1')).not.toBe('');
  });
});
