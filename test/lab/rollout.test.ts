import { expect, test } from 'vitest';
import { type Load, startLoad } from './harness/load.ts';
import { promisedReady, recordReady } from './harness/recorder.ts';
import { describeLab } from './harness.ts';

const HOSTS = 'hosts: {host1: ssh://host1, host2: ssh://host2, host3: ssh://host3}\n';

/** Three replicas of a web service behind the gateway, one on each host. */
function compose(rollout: string): string {
  return [
    'services:',
    '  web:',
    '    image: web:${TAG}',
    '    ports: ["8080:8080"]',
    '    deploy: {replicas: 3}',
    // A machine busy with other tests is no sick replica.
    '    healthcheck: {test: ["CMD", "/web", "check"], interval: 1s, timeout: 20s, retries: 2}',
    `    x-stowage: {rollout: {progress-deadline: 90s, ${rollout}}}`,
    '',
  ].join('\n');
}

describeLab('releases under load', (lab) => {
  const files = (rollout: string) => ({ 'compose.yaml': compose(rollout), 'stowage.yaml': `stack: shop\n${HOSTS}` });
  const apply = (cwd: string, tag: string) => lab.cli(['apply', '--yes'], { cwd, env: { TAG: tag } });
  const load = (): Promise<Load> => {
    const urls = lab.hosts.map((h) => `http://${h.address}:8080/`);
    return startLoad(lab.directory, { urls, perSecond: 100, keepAlive: 6 });
  };

  // Each begins with the version the one before it has left, if that ran.
  test.each([
    ['rolling', 'strategy: rolling', 3, '1', '2'],
    ['stop-first, which leaves a host without a replica for a while', 'order: stop-first', 2, '2', '1'],
    ['blue-green', 'strategy: blue-green', 3, '1', '2'],
    ['canary', 'strategy: canary, canary: [{weight: 20}, {pause: 1s}]', 3, '2', '1'],
  ])('%s: no request fails, and as many are ready as the plan promised', async (_name, rollout, floor, from, to) => {
    const cwd = lab.workspace(files(rollout));
    const first = await apply(cwd, from);
    expect(first.exitCode, first.all).toBe(0);
    const running = await load();
    const recorder = recordReady(lab, 'web');
    const result = await apply(cwd, to);
    const fewest = await recorder.stop();
    expect(result.exitCode, result.all).toBe(0);
    expect(promisedReady(result.all, 'web')).toBe(floor);
    expect(fewest, result.all).toBeGreaterThanOrEqual(floor);
    const report = await running.stop();
    expect(report.failures).toEqual([]);
    expect(report.answers['2']).toBeGreaterThan(0);
    expect(report.answers['1']).toBeGreaterThan(0);
  });

  test.each([
    ['is never healthy', 'bad', 'its health check failed'],
    ['is healthy and then exits', 'dies', 'exit code 1'],
  ])('a release that %s is taken back, and no request fails', async (_name, tag, why) => {
    const cwd = lab.workspace(files('monitor: 3s'));
    const first = await apply(cwd, '1');
    expect(first.exitCode, first.all).toBe(0);
    const running = await load();
    const result = await apply(cwd, tag);
    const report = await running.stop();
    expect(result.exitCode, result.all).toBe(3);
    expect(result.all).toContain(why);
    expect(result.all).toContain(`web ${tag} listening on 8080`);
    expect(report.failures).toEqual([]);
    const images = await Promise.all(lab.hosts.map((h) => lab.docker(h.name, ['ps', '-a', '--format', '{{.Image}}'])));
    expect(images.join('\n')).not.toContain(`web:${tag}`);
    const next = await lab.cli(['plan'], { cwd, env: { TAG: '1' } });
    expect(next.all).toContain('No changes');
  });

  test('a canary waits, gets its share, and is promoted from a machine without files', async () => {
    const cwd = lab.workspace(files('strategy: canary, canary: [{weight: 10}, {pause: until-promoted}]'));
    await apply(cwd, '1');
    const paused = await apply(cwd, '2');
    expect(paused.exitCode, paused.all).toBe(0);
    expect(paused.all).toContain('waits to be promoted');
    const running = await load();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const report = await running.stop();
    expect(report.failures).toEqual([]);
    const percent = (100 * (report.answers['2'] ?? 0)) / report.requests;
    expect(Math.abs(percent - 10), `${percent} %`).toBeLessThan(2);
    const elsewhere = lab.workspace({ 'stowage.yaml': `stack: shop\n${HOSTS}` });
    const status = await lab.cli(['rollout', 'status', '--json'], { cwd: elsewhere });
    expect(JSON.parse(status.stdout)).toMatchObject({
      revision: { status: 'paused' },
      workloads: [{ workload: 'web', wanted: 3, ready: 3 }],
    });
    const promoted = await lab.cli(['rollout', 'promote', '--yes'], { cwd: elsewhere });
    expect(promoted.exitCode, promoted.all).toBe(0);
    expect((await lab.http('host2', 8080)).headers['x-version']).toBe('2');
  });

  test('undo goes back without files and without a pull', async () => {
    const elsewhere = lab.workspace({ 'stowage.yaml': `stack: shop\n${HOSTS}` });
    const result = await lab.cli(['rollout', 'undo', '--yes'], { cwd: elsewhere });
    expect(result.exitCode, result.all).toBe(0);
    expect(result.all).not.toContain('image.pull');
    for (const { name } of lab.hosts) expect((await lab.http(name, 8080)).headers['x-version']).toBe('1');
  });

  test('one-off changes are revisions of their own', async () => {
    const elsewhere = lab.workspace({ 'stowage.yaml': `stack: shop\n${HOSTS}` });
    const scaled = await lab.cli(['scale', 'web=4', '--yes'], { cwd: elsewhere });
    expect(scaled.exitCode, scaled.all).toBe(0);
    const set = await lab.cli(['set', 'image', 'web=web:3', '--yes'], { cwd: elsewhere });
    expect(set.exitCode, set.all).toBe(0);
    const status = await lab.cli(['rollout', 'status', '--json'], { cwd: elsewhere });
    expect(JSON.parse(status.stdout)).toMatchObject({ workloads: [{ wanted: 4, ready: 4, exchanging: 0 }] });
    const history = JSON.parse((await lab.cli(['rollout', 'history', '--json'], { cwd: elsewhere })).stdout);
    const actions = history.revisions.map((r: { revision: { action: string } }) => r.revision.action);
    expect(actions.slice(-2)).toEqual(['scale', 'set']);
  });
});
