import { describe, expect, it } from 'vitest';
import { decideCron, missedRuns, parseSchedule } from '../../../src/planner/controllers/cronjob.ts';
import {
  daemonAvailability,
  daemonUpdatePicks,
  daemonVerdict,
  syncDaemon,
} from '../../../src/planner/controllers/daemonset.ts';
import {
  compareForDeletion,
  hasProgressed,
  hasTimedOut,
  historyToDrop,
} from '../../../src/planner/controllers/deployment.ts';
import { decideJob } from '../../../src/planner/controllers/job.ts';
import { resizeInRollout } from '../../../src/planner/controllers/proportional.ts';
import { shouldRestart } from '../../../src/planner/controllers/restart.ts';
import { newSetSize, rollingBounds, stepNew, stepOld } from '../../../src/planner/controllers/rolling.ts';
import { hasIdentity, parsePodName } from '../../../src/planner/controllers/stateful-names.ts';
import {
  reconcileStateful,
  type StatefulPod,
  type StatefulSpec,
} from '../../../src/planner/controllers/statefulset.ts';
import { noncompliant, syncGlobal } from '../../../src/planner/controllers/swarm-nodes.ts';
import { afterFailures, playUpdate } from '../../../src/planner/controllers/swarm-update.ts';
import { host, NO_RULES, workload } from '../placement/builders.ts';

describe('rolling arithmetic', () => {
  it.each([
    ['surge rounds up, unavailable down', 10, '25%', '25%', { maxSurge: 3, maxUnavailable: 2 }],
    ['one may be missing when both come out as 0', 3, 0, '10%', { maxSurge: 0, maxUnavailable: 1 }],
    ['a number without % in quotes is refused', 3, '2', 1, undefined],
  ])('%s', (_name, replicas, surge, unavailable, expected) => {
    expect(rollingBounds(replicas, surge, unavailable)).toEqual(expected);
  });

  it('steps up within replicas + surge, and shrinks at once', () => {
    expect(newSetSize(4, 1, 0, 4)).toBe(1);
    expect(newSetSize(4, 0, 0, 4)).toBe(0);
    expect(stepNew(2, 1, { own: 5, old: 0 })).toEqual({ scaled: true, size: 2 });
  });

  it('steps down: first what does not serve, then what is available beyond the minimum', () => {
    expect(stepOld(4, 0, 1, { old: 4, oldAvailable: 3, own: 0, ownAvailable: 0 })).toEqual({ scaled: true, size: 3 });
    expect(stepOld(4, 1, 0, { old: 4, oldAvailable: 4, own: 1, ownAvailable: 0 })).toEqual({ scaled: false, size: 4 });
  });

  it('resizes generations in proportion, what is left over to the largest', () => {
    const sets = {
      newSet: { name: 'new', replicas: 6, created: 2 },
      oldSets: [{ name: 'old', replicas: 4, created: 1 }],
    };
    expect(Object.fromEntries(resizeInRollout({ replicas: 15, maxSurge: 0, previous: 10, ...sets }))).toEqual({
      new: 9,
      old: 6,
    });
    expect(Object.fromEntries(resizeInRollout({ replicas: 0, maxSurge: 1, previous: 10, ...sets }))).toEqual({
      new: 0,
      old: 0,
    });
  });

  it('knows progress, lateness and what history to drop', () => {
    const counts = { replicas: 4, updatedReplicas: 1, readyReplicas: 3, availableReplicas: 3 };
    expect(hasProgressed(counts, { ...counts, updatedReplicas: 2 })).toBe(true);
    expect(hasProgressed(counts, counts)).toBe(false);
    expect([hasTimedOut(10, 11), hasTimedOut(10, 10), hasTimedOut(undefined, 99)]).toEqual([true, false, false]);
    const old = [1, 2, 3].map((created) => ({ name: `g${created}`, wanted: 0, running: 0, deleting: false, created }));
    expect(historyToDrop(old, 1).map(({ name }) => name)).toEqual(['g1', 'g2']);
  });

  it('deletes first what serves least', () => {
    const pod = { nodeName: 'a', phase: 'Running', ready: true, restarts: 0, rank: 1 };
    const pods = [
      { ...pod, name: 'best', created: 1, readySince: 1 },
      { ...pod, name: 'young', created: 2, readySince: 2 },
      { ...pod, name: 'crowded', rank: 3 },
      { ...pod, name: 'not ready', ready: false },
      { ...pod, name: 'pending', phase: 'Pending', ready: false },
      { ...pod, name: 'homeless', nodeName: '' },
    ];
    const order = [...pods].sort(compareForDeletion).map(({ name }) => name);
    expect(order).toEqual(['homeless', 'pending', 'not ready', 'crowded', 'young', 'best']);
  });
});

describe('stateful workloads', () => {
  const spec: StatefulSpec = {
    replicas: 3,
    order: 'ordered',
    update: 'rolling',
    deleting: false,
    currentReplicas: 3,
    inProgress: false,
  };
  const pod = (ordinal: number, more: Partial<StatefulPod> = {}): StatefulPod => ({
    ordinal,
    phase: 'Running',
    ready: true,
    terminating: false,
    revision: 'current',
    identityOk: true,
    ...more,
  });
  const actions = (changed: Partial<StatefulSpec>, pods: readonly StatefulPod[]) =>
    reconcileStateful({ ...spec, ...changed }, pods).actions.map(({ action, ordinal, revision }) =>
      [action, ordinal, ...(revision ? [revision] : [])].join(' '),
    );
  const cases: [string, string[], string[]][] = [
    ['creates one at a time', actions({}, []), ['create 0 current']],
    ['waits for the one before', actions({}, [pod(0, { ready: false })]), []],
    [
      'creates all at once in parallel',
      actions({ order: 'parallel' }, []),
      ['create 0 current', 'create 1 current', 'create 2 current'],
    ],
    ['makes a failed one anew', actions({}, [pod(0, { phase: 'Failed' })]), ['delete 0', 'create 0 current']],
    [
      'removes from the top, one at a time',
      actions(
        { replicas: 1 },
        [0, 1, 2].map((n) => pod(n)),
      ),
      ['delete 2'],
    ],
    [
      'updates from the top',
      actions(
        { inProgress: true },
        [0, 1, 2].map((n) => pod(n)),
      ),
      ['delete 2'],
    ],
    [
      'stops at the partition',
      actions({ inProgress: true, partition: 2 }, [pod(0), pod(1), pod(2, { revision: 'update' })]),
      [],
    ],
    [
      'gives the old revision below the partition',
      actions({ inProgress: true, partition: 2 }, [pod(0)]),
      ['create 1 current'],
    ],
    [
      'leaves old ones alone on delete',
      actions(
        { inProgress: true, update: 'on-delete' },
        [0, 1, 2].map((n) => pod(n)),
      ),
      [],
    ],
    ['puts a wrong identity right', actions({}, [pod(0, { identityOk: false }), pod(1), pod(2)]), ['update 0']],
    ['does nothing while it is deleted', actions({ deleting: true }, []), []],
  ];
  it.each(cases)('%s', (_name, found, expected) => expect(found).toEqual(expected));

  it('reads names', () => {
    expect(parsePodName('db-main-12')).toEqual({ parent: 'db-main', ordinal: 12 });
    expect(parsePodName('db')).toEqual({ parent: '', ordinal: -1 });
    const labels = { 'statefulset.kubernetes.io/pod-name': 'db-1' };
    expect(hasIdentity({ name: 'db', namespace: 'n' }, { name: 'db-1', namespace: 'n', labels })).toBe(true);
    expect(hasIdentity({ name: 'db', namespace: 'n' }, { name: 'db-01', namespace: 'n', labels })).toBe(false);
  });
});

describe('daemons', () => {
  const agent = workload('agent', { kind: 'daemon', profile: 'kubernetes', rules: { nodeSelector: { role: 'edge' } } });
  const edge = { labels: { role: 'edge' } };

  it('belong on hosts by rules and taints alone', () => {
    const on = (overrides: Parameters<typeof host>[1]) => daemonVerdict(agent, host('a', overrides));
    expect(on(edge)).toEqual({ shouldRun: true, shouldContinueRunning: true });
    expect(on({})).toEqual({ shouldRun: false, shouldContinueRunning: false });
    expect(on({ ...edge, taints: [{ key: 'x', effect: 'NoSchedule' }] })).toEqual({
      shouldRun: false,
      shouldContinueRunning: true,
    });
    expect(on({ ...edge, taints: [{ key: 'x', effect: 'NoExecute' }] })).toEqual({
      shouldRun: false,
      shouldContinueRunning: false,
    });
    expect(
      on({ ...edge, taints: [{ key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }] }).shouldRun,
    ).toBe(true);
  });

  const pod = (id: string, node: string, more = {}) => ({
    id,
    node,
    bound: true,
    upToDate: true,
    phase: 'Running',
    ready: true,
    terminating: false,
    ...more,
  });

  it('are started where they are missing, and removed where they failed, are double or do not belong', () => {
    const yes = { shouldRun: true, shouldContinueRunning: true };
    const verdicts = new Map([
      ['a', yes],
      ['b', yes],
      ['c', yes],
      ['d', { shouldRun: false, shouldContinueRunning: false }],
    ]);
    const pods = [pod('1', 'b', { phase: 'Failed' }), pod('2', 'c'), pod('3', 'c'), pod('4', 'd')];
    const { createOn, remove } = syncDaemon(verdicts, pods);
    expect([createOn, remove.map(({ id }) => id)]).toEqual([['a'], ['1', '3', '4']]);
  });

  it('are updated without leaving more nodes without one than may be', () => {
    const pods = [
      pod('1', 'a', { upToDate: false }),
      pod('2', 'b', { upToDate: false, ready: false }),
      pod('3', 'c', { upToDate: false }),
    ];
    const limits = daemonAvailability('50%', ['a', 'b', 'c'], pods);
    expect(limits).toEqual({ maxUnavailable: 2, numUnavailable: 1 });
    expect(daemonUpdatePicks(pods, limits).count).toBe(2);
  });
});

describe('jobs', () => {
  const policy = { parallelism: 2, backoffLimit: 1 };
  const counts = { active: 0, succeeded: 0, failed: 0, elapsedSeconds: 0 };
  it.each([
    ['start as many as may run', { ...policy, completions: 5 }, counts, { state: 'running', start: 2, stop: 0 }],
    [
      'start no more than are wanted',
      { ...policy, completions: 5 },
      { ...counts, succeeded: 4 },
      { state: 'running', start: 1, stop: 0 },
    ],
    [
      'stop what is too much',
      { ...policy, completions: 5 },
      { ...counts, active: 3 },
      { state: 'running', start: 0, stop: 1 },
    ],
    [
      'are complete',
      { ...policy, completions: 5 },
      { ...counts, succeeded: 5 },
      { state: 'complete', start: 0, stop: 0 },
    ],
    [
      'without a number: start nothing after a success',
      policy,
      { ...counts, active: 1, succeeded: 1 },
      { state: 'running', start: 0, stop: 0 },
    ],
    [
      'without a number: are complete when the rest is done',
      policy,
      { ...counts, succeeded: 1 },
      { state: 'complete', start: 0, stop: 0 },
    ],
    [
      'fail after too many failures',
      policy,
      { ...counts, active: 1, failed: 2 },
      { state: 'failed', start: 0, stop: 1, reason: '2 runs failed, more than 1' },
    ],
    [
      'fail at the deadline',
      { ...policy, deadlineSeconds: 9 },
      { ...counts, elapsedSeconds: 9 },
      { state: 'failed', start: 0, stop: 0, reason: 'not done within 9 s' },
    ],
  ])('%s', (_name, job, now, expected) => expect(decideJob(job, now)).toEqual(expected));
});

describe('cron', () => {
  const hourly = parseSchedule('0 * * * ?');
  const at = (time: string) => Date.parse(`2024-03-10T${time}:00Z`);
  const policy = (concurrency: 'Allow' | 'Forbid' | 'Replace') => ({ concurrency, suspend: false });
  if (!hourly) throw new Error('no schedule');

  it.each(['* * * *', '* * * * * *', '61 * * * *', 'hello world of cron jobs', '@sometimes', '0 0 L * *'])(
    '%j is no schedule',
    (text) => expect(parseSchedule(text)).toBeUndefined(),
  );

  it('knows the run before and the run after', () => {
    expect(hourly.next(at('10:00'))).toBe(at('11:00'));
    expect(hourly.last(at('10:59'), at('01:00'))).toBe(at('10:00'));
    expect(hourly.last(at('10:59'), at('10:30'))).toBeUndefined();
    expect(parseSchedule('0 0 1 1 *')?.last(at('10:00'), 0)).toBe(Date.parse('2024-01-01T00:00:00Z'));
  });

  it('skips the hour that summer time skips', () => {
    const newYork = parseSchedule('30 2 * * *', 'America/New_York');
    const next = newYork?.next(Date.parse('2024-03-10T05:00:00Z')) ?? 0;
    expect(new Date(next).toISOString() >= '2024-03-10T07:00:00.000Z').toBe(true);
  });

  it('makes up for the last missed run only, within the deadline', () => {
    const state = { createdAt: at('01:00') };
    expect(decideCron(policy('Allow'), hourly, state, 0, at('05:10'))).toMatchObject({
      create: true,
      runAt: at('05:00'),
    });
    expect(decideCron(policy('Allow'), hourly, { ...state, startingDeadlineSeconds: 60 }, 0, at('05:10')).create).toBe(
      false,
    );
    expect(decideCron(policy('Allow'), hourly, { ...state, lastRunAt: at('05:00') }, 0, at('05:10')).create).toBe(
      false,
    );
    expect(decideCron({ concurrency: 'Allow', suspend: true }, hourly, state, 0, at('05:10')).create).toBe(false);
  });

  it('waits for or replaces the job that still runs', () => {
    const state = { createdAt: at('01:00') };
    expect(decideCron(policy('Forbid'), hourly, state, 1, at('05:10')).create).toBe(false);
    expect(decideCron(policy('Replace'), hourly, state, 1, at('05:10'))).toMatchObject({ create: true, replace: true });
  });

  it('lists missed runs, up to a hundred', () => {
    const state = { createdAt: at('01:30') };
    expect(missedRuns(hourly, state, at('03:30'))).toEqual([at('02:00'), at('03:00')]);
    expect(missedRuns(hourly, state, at('01:30') + 101 * 3_600_000)).toBe('too-many');
  });
});

describe('swarm', () => {
  it.each([
    ['never', { condition: 'none' }, false, undefined, false],
    ['after a failure', { condition: 'on-failure' }, false, undefined, true],
    ['not after success', { condition: 'on-failure' }, true, undefined, false],
    ['after success too', { condition: 'any' }, true, undefined, true],
    [
      'until the attempts are used up',
      { condition: 'any', maxAttempts: 2 },
      false,
      { restarts: 2, isSameVersion: true },
      false,
    ],
    [
      'counting anew for a new version',
      { condition: 'any', maxAttempts: 2 },
      false,
      { restarts: 2, isSameVersion: false },
      true,
    ],
    [
      'counting only what is within the window',
      { condition: 'any', maxAttempts: 2, windowSeconds: 10 },
      false,
      { restarts: 5, isSameVersion: true, agesSeconds: [30, 20, 5] },
      true,
    ],
  ] as const)('restarts %s', (_name, policy, isSuccess, history, expected) => {
    expect(shouldRestart(policy, isSuccess, history)).toBe(expected);
  });

  it('runs a global service once on every host that may have it', () => {
    const on = (name: string, more = {}) => ({ name, matches: true, mustLeave: false, isPaused: false, ...more });
    const hosts = [
      on('new'),
      on('paused', { isPaused: true }),
      on('drained', { mustLeave: true }),
      on('double'),
      on('other', { matches: false }),
    ];
    expect(syncGlobal(hosts, ['drained', 'double', 'double', 'other', 'gone'])).toEqual({
      createOn: ['new'],
      stopOn: ['drained', 'double', 'other', 'gone'],
    });
  });

  it('rejects what a host no longer satisfies', () => {
    const demand = { resources: { memoryBytes: 600 }, rules: NO_RULES };
    const small = host('a', { capacity: { cpus: 1, memoryBytes: 1000, generic: { gpu: 1 } } });
    const constraints = [{ key: 'node.role', operator: '==' as const, value: 'manager' }];
    const replicas = [
      { id: 'fits', demand },
      { id: 'too large', demand },
      { id: 'wrong role', demand: { resources: {}, rules: { ...NO_RULES, constraints } } },
      { id: 'no such resource', demand: { resources: {}, rules: NO_RULES }, assigned: { fpga: 1 } },
    ];
    expect(noncompliant(small, replicas)).toEqual(['too large', 'wrong role', 'no such resource']);
    expect(noncompliant({ ...small, availability: 'cordoned' }, replicas)).toEqual([]);
  });

  const config = { parallelism: 1, failureAction: 'rollback' as const, maxFailureRatio: 0.4 };
  it('goes on while the failure ratio allows it', () => {
    expect(afterFailures('updating', config, 1, 4)).toBe('updating');
    expect(afterFailures('updating', config, 2, 4)).toBe('rollback_started');
    expect(afterFailures('updating', { ...config, failureAction: 'pause' }, 2, 4)).toBe('paused');
    expect(afterFailures('rollback_started', config, 2, 4)).toBe('rollback_paused');
    expect(afterFailures('updating', { ...config, failureAction: 'continue' }, 4, 4)).toBe('updating');
  });

  it('plays an update through', () => {
    expect(playUpdate('updating', config, 4, () => false)).toEqual({ state: 'completed', replaced: 4 });
    expect(playUpdate('updating', config, 4, (i) => i % 2 === 0)).toEqual({ state: 'rollback_started', replaced: 3 });
    expect(playUpdate('rollback_started', { ...config, parallelism: 0 }, 4, () => true)).toEqual({
      state: 'rollback_paused',
      replaced: 4,
    });
  });
});
