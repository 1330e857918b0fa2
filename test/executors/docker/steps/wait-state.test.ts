import { describe, expect, test } from 'vitest';
import type { ContainerInspect } from '../../../../src/executors/docker/steps/container.ts';
import { type Condition, judge, trackState } from '../../../../src/executors/docker/wait/state.ts';
import { LABEL } from '../../../../src/model/labels.ts';

type Health = NonNullable<ContainerInspect['State']['Health']>['Status'];
interface Look {
  readonly status?: ContainerInspect['State']['Status'];
  readonly health?: Health;
  /** The check only ends the container. */
  readonly isAliveCheck?: boolean;
  readonly exitCode?: number;
  readonly restarts?: number;
  readonly restart?: string;
  readonly startedAt?: string;
}

function inspect(look: Look): ContainerInspect {
  const status = look.status ?? 'running';
  return {
    Id: 'id',
    Name: '/web',
    RestartCount: look.restarts ?? 0,
    State: {
      Status: status,
      Running: status === 'running' || status === 'restarting',
      Restarting: status === 'restarting',
      OOMKilled: false,
      ExitCode: look.exitCode ?? 0,
      Error: '',
      StartedAt: look.startedAt ?? 't0',
      FinishedAt: '',
      ...(look.health ? { Health: { Status: look.health, FailingStreak: 3 } } : {}),
    },
    Config: { Labels: look.isAliveCheck ? { [LABEL.aliveCheck]: 'true' } : {}, Tty: false, Image: 'web' },
    HostConfig: { NetworkMode: 'n', RestartPolicy: { Name: look.restart ?? 'no', MaximumRetryCount: 0 } },
    Mounts: [],
    NetworkSettings: { SandboxID: '', Networks: {} },
  };
}

/** Looks once a second; what the last look is judged to be. */
function watch(until: Condition, looks: readonly Look[]) {
  const [first = inspect({})] = looks.map(inspect);
  let since: ReturnType<typeof trackState> | undefined;
  let verdict: ReturnType<typeof judge> | undefined;
  looks.forEach((look, second) => {
    const now = inspect(look);
    since = trackState(now, since, second * 1000);
    verdict = judge(until, now, first, since, second * 1000);
  });
  return verdict;
}

const healthy: Condition = { type: 'healthy', stableSeconds: 0 };
const stable: Condition = { type: 'healthy', stableSeconds: 2 };
const running: Condition = { type: 'running', stableSeconds: 2 };
const completed: Condition = { type: 'completed' };

describe('a look at a container', () => {
  test.each<{ name: string; until: Condition; looks: Look[]; expected: object }>([
    { name: 'starting', until: healthy, looks: [{ health: 'starting' }], expected: { type: 'waiting' } },
    { name: 'healthy', until: healthy, looks: [{ health: 'healthy' }], expected: { type: 'ready' } },
    {
      name: 'unhealthy',
      until: healthy,
      looks: [{ health: 'unhealthy' }],
      expected: { type: 'failed', why: 'its health check failed 3 times' },
    },
    {
      name: 'without a health check',
      until: healthy,
      looks: [{}],
      expected: { type: 'failed', why: 'neither the file nor the image gives it a health check' },
    },
    {
      name: 'healthy, not yet for long enough',
      until: stable,
      looks: [{ health: 'healthy' }, { health: 'healthy' }],
      expected: { type: 'waiting' },
    },
    {
      name: 'healthy for long enough',
      until: stable,
      looks: [{ health: 'healthy' }, { health: 'healthy' }, { health: 'healthy' }],
      expected: { type: 'ready' },
    },
    {
      name: 'healthy again after a restart begins anew',
      until: stable,
      looks: [{ health: 'healthy' }, { health: 'healthy' }, { health: 'healthy', startedAt: 't1' }],
      expected: { type: 'waiting' },
    },
    { name: 'running for long enough', until: running, looks: [{}, {}, {}], expected: { type: 'ready' } },
    {
      name: 'running after a restart begins anew',
      until: running,
      looks: [{}, {}, { restarts: 1 }],
      expected: { type: 'waiting' },
    },
    {
      name: 'running, and nobody waits for the check that only ends it',
      until: running,
      looks: [
        { isAliveCheck: true },
        { isAliveCheck: true, health: 'starting' },
        { isAliveCheck: true, health: 'healthy' },
      ],
      expected: { type: 'ready' },
    },
    {
      name: 'running, and the check that ends it does not help',
      until: running,
      looks: [{ isAliveCheck: true, health: 'unhealthy' }],
      expected: { type: 'failed', why: 'its health check failed 3 times' },
    },
    {
      name: 'in a crash loop',
      until: running,
      looks: [{}, { status: 'restarting', restarts: 3, exitCode: 2 }],
      expected: { type: 'failed', why: 'it keeps ending (exit code 2) and was restarted 3 times' },
    },
    {
      name: 'in a crash loop, and watched after it gets healthy',
      until: { type: 'healthy', stableSeconds: 4 },
      looks: [{ health: 'starting' }, { health: 'starting', restarts: 3, exitCode: 2 }],
      expected: { type: 'failed', why: 'it keeps ending (exit code 2) and was restarted 3 times' },
    },
    {
      name: 'restarted on its way to being healthy, as some are before what they need is there',
      until: { type: 'healthy', stableSeconds: 0 },
      looks: [{ health: 'starting' }, { health: 'starting', restarts: 3, exitCode: 2 }],
      expected: { type: 'waiting', text: 'health check is starting' },
    },
    {
      name: 'ended',
      until: running,
      looks: [{}, { status: 'exited', exitCode: 137 }],
      expected: { type: 'failed', why: 'it ended with exit code 137' },
    },
    {
      name: 'ended, and the engine will start it again',
      until: running,
      looks: [{}, { status: 'exited', restart: 'always' }],
      expected: { type: 'waiting' },
    },
    {
      name: 'never started',
      until: running,
      looks: [{ status: 'created' }],
      expected: { type: 'failed', why: 'it was not started' },
    },
    { name: 'a job at work', until: completed, looks: [{}], expected: { type: 'waiting' } },
    { name: 'a job done', until: completed, looks: [{ status: 'exited' }], expected: { type: 'ready' } },
    {
      name: 'a job that failed',
      until: completed,
      looks: [{ status: 'exited', exitCode: 1 }],
      expected: { type: 'failed', why: 'it ended with exit code 1' },
    },
  ])('$name', ({ until, looks, expected }) => {
    expect(watch(until, looks)).toMatchObject(expected);
  });
});
