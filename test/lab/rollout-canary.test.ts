import { expect, test } from 'vitest';
import { describeLab } from './harness.ts';

const COMPOSE = `
services:
  web:
    image: web:\${TAG}
    ports: ["8080:8080"]
    deploy: {replicas: 2}
    healthcheck: {test: ["CMD", "/web", "check"], interval: 1s, timeout: 20s, retries: 2}
    x-stowage:
      rollout:
        strategy: canary
        canary:
          - {weight: 10}
          - {check: {http: /, max-latency: 20s}}
          - {check: {exec: [/web, check]}}
          - {check: {local: ["\${CHECK:-true}"]}}
          - {pause: until-promoted}
`;
const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1}\n';

describeLab('a canary that is checked', (lab) => {
  const serving = async () => (await lab.http('host1', 8080)).headers['x-version'];

  test('goes back by itself when a check fails, waits when all pass, and goes back when it is aborted', async () => {
    const cwd = lab.workspace({ 'compose.yaml': COMPOSE, 'stowage.yaml': STOWAGE });
    const run = (argv: string[], env: Record<string, string> = {}) => lab.cli(argv, { cwd, env });
    const first = await run(['apply', '--yes'], { TAG: '1' });
    expect(first.exitCode, first.all).toBe(0);

    const failed = await run(['apply', '--yes'], { TAG: '2', CHECK: 'false' });
    expect(failed.exitCode, failed.all).toBe(3);
    expect(failed.all).toContain('error[rollout/check]');
    expect(await serving()).toBe('1');

    const applying = lab.startCli(['apply', '--yes'], { cwd, env: { TAG: '2' } });
    await applying.waitForOutput(/container\.start/);
    const watched = await run(['rollout', 'status', '--watch', '--json']);
    expect((await applying.done).exitCode).toBe(0);
    const states = watched.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(states.at(-1), watched.all).toMatchObject({ revision: { status: 'paused' } });

    const aborted = await run(['rollout', 'abort', '--yes']);
    expect(aborted.exitCode, aborted.all).toBe(0);
    const status = JSON.parse((await run(['rollout', 'status', '--json'])).stdout);
    expect(status).toMatchObject({ revision: { status: 'done' }, workloads: [{ wanted: 2, ready: 2, exchanging: 0 }] });
    expect(await serving()).toBe('1');
    const after = await run(['plan'], { TAG: '1' });
    expect(after.all).toContain('No changes');
  });
});
