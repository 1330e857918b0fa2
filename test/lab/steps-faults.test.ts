import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunOutcome } from '../../src/model/events.ts';
import type { ReadyCondition, Step } from '../../src/model/step.ts';
import { bundled } from './harness/driver.ts';
import { describeLab } from './harness.ts';
import { replica, spec, steps } from './steps/support.ts';

const DRIVER = await bundled(new URL('./steps/driver.ts', import.meta.url));

describeLab('steps over SSH', (lab) => {
  beforeAll(async () => {
    for (const { name } of lab.hosts) await lab.docker(name, ['pull', '-q', 'web:nocheck']);
    await lab.docker('host1', ['pull', '-q', 'tool:1']);
  });
  beforeEach(() => lab.reset());
  afterAll(() => lab.dockerd('host1', 'restart', '--live-restore=false'));

  const start = (work: readonly Step[], hosts = ['host1']) =>
    lab.start(process.execPath, [DRIVER], { input: JSON.stringify({ hosts, steps: work }) });
  const outcomeOf = (output: string): RunOutcome => {
    const last = output.trim().split('\n').at(-1) ?? '';
    expect(last, output).toMatch(/^\{"outcome"/);
    return JSON.parse(last).outcome;
  };
  const perform = async (work: readonly Step[], hosts?: string[]) => outcomeOf((await start(work, hosts).done).all);
  const containers = async (host: string) =>
    (await lab.docker(host, ['ps', '-a', '--format', '{{.Names}} {{.State}}'])).split('\n').filter(Boolean).sort();

  /** Creates and starts `count` containers on each host, all at once. */
  const bringUp = (hosts: readonly string[], count: number): Step[] => {
    const work = hosts.flatMap((host) =>
      Array.from({ length: count }, (_, index) => {
        const name = `shop_web_${index + 1}`;
        return [
          { kind: 'container.create' as const, host, replica, spec: spec(name, { image: 'web:nocheck' }) },
          { kind: 'container.start' as const, host, replica, container: name },
        ];
      }),
    );
    return work.flatMap(([create, run], index) => {
      const after = { id: 2 * index + 1, after: [] };
      return create && run ? steps({ ...create, ...after }, { ...run, id: 2 * index + 2, after: [2 * index + 1] }) : [];
    });
  };
  const all = (count: number) => Array.from({ length: count }, (_, index) => `shop_web_${index + 1} running`).sort();

  test.each<{ name: string; action: Extract<ReadyCondition, { type: 'probe' }>['probe']['action']; passes: boolean }>([
    { name: 'tcp', action: { type: 'tcp', port: 8080 }, passes: true },
    { name: 'tcp on a closed port', action: { type: 'tcp', port: 81 }, passes: false },
    { name: 'http', action: { type: 'http', scheme: 'http', port: 8080, path: '/healthz', headers: [] }, passes: true },
    {
      name: 'http with an error',
      action: { type: 'http', scheme: 'http', port: 8080, path: '/nosuch', headers: [] },
      passes: false,
    },
    { name: 'exec', action: { type: 'exec', command: ['/web', 'get', 'http://127.0.0.1:8080/'] }, passes: true },
    {
      name: 'exec that fails',
      action: { type: 'exec', command: ['/web', 'get', 'http://127.0.0.1:81/'] },
      passes: false,
    },
  ])('a $name probe sees the container from its host', async ({ action, passes }) => {
    const web = spec('shop_web_1', {
      image: 'web:nocheck',
      network: { mode: 'networks', attachments: [{ network: 'bridge', aliases: [] }] },
    });
    const timing = { initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 3 };
    const probe = { action, ...timing, successThreshold: 1 };
    const outcome = await perform(
      steps(
        { kind: 'container.create', replica, spec: web },
        { kind: 'container.start', replica, container: web.name },
        {
          kind: 'health.wait',
          replica,
          container: web.name,
          until: { type: 'probe', probe, stableSeconds: 0 },
          timeoutSeconds: passes ? 15 : 3,
        },
      ),
    );
    expect(outcome.status, JSON.stringify(outcome.diagnostics)).toBe(passes ? 'done' : 'failed');
    if (!passes)
      expect(outcome.diagnostics[0]).toMatchObject({
        code: 'container/not-ready',
        why: expect.stringMatching(/probe failed/),
      });
  });

  test('hosts work at the same time, over one login each', async () => {
    const before = lab.hosts.map(({ name }) => lab.sshLogins(name));
    const names = lab.hosts.map(({ name }) => name);
    expect(await perform(bringUp(names, 4), names)).toMatchObject({ status: 'done', failed: [] });
    for (const host of names) expect(await containers(host)).toEqual(all(4));
    expect(lab.hosts.map(({ name }) => lab.sshLogins(name))).toEqual(before.map((count) => count + 1));
  });

  const faults = {
    'the connection is dropped': async () => {
      await lab.sshd('host1', 'drop');
      await lab.sshd('host1', 'start');
    },
    'the host is cut off and healed': async () => {
      await lab.cut('host1');
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      await lab.heal('host1');
    },
    'the engine is killed and started': async () => {
      await lab.dockerd('host1', 'kill');
      await lab.dockerd('host1', 'start', '--live-restore');
    },
  };
  test.each(Object.entries(faults))(
    'while containers are created, %s: every one is there once',
    async (_name, fault) => {
      const running = start(bringUp(['host1'], 12));
      await running.waitForOutput('"step.done"');
      await fault();
      const outcome = outcomeOf((await running.done).all);
      expect(outcome.status, running.output()).toBe('done');
      expect(await containers('host1')).toEqual(all(12));
    },
  );

  test('a wait goes on after the connection was dropped', async () => {
    const web = spec('shop_web_1');
    const running = start(
      steps(
        { kind: 'container.create', replica, spec: web },
        { kind: 'container.start', replica, container: web.name },
        {
          kind: 'health.wait',
          replica,
          container: web.name,
          until: { type: 'running', stableSeconds: 4 },
          timeoutSeconds: 30,
        },
      ),
    );
    await running.waitForOutput('"step.started","id":3');
    await lab.sshd('host1', 'drop');
    await lab.sshd('host1', 'start');
    const { all: output } = await running.done;
    expect(outcomeOf(output)).toMatchObject({ status: 'done', done: [1, 2, 3] });
    expect(output).toContain('"step.retry","id":3');
  });

  test('Ctrl-C lets the running step end', async () => {
    const running = start(
      steps({ kind: 'rollout.delay', milliseconds: 1500 }, { kind: 'rollout.delay', milliseconds: 1500 }),
    );
    await running.waitForOutput('"step.started"');
    running.kill('SIGINT');
    expect(outcomeOf((await running.done).all)).toMatchObject({ status: 'interrupted', done: [1], notStarted: [2] });
  });
});
