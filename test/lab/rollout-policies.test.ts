import { expect, test } from 'vitest';
import { startLoad } from './harness/load.ts';
import { describeLab } from './harness.ts';

const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1}\n';

/** A web service with jobs of the release around it; POLICY is what happens when a replica fails. */
const COMPOSE = `
services:
  migrate: {image: "job:1", x-stowage: {hook: pre-deploy}}
  notify: {image: "job:1", x-stowage: {hook: post-deploy}}
  announce: {image: "job:1", x-stowage: {hook: pre-undo}}
  web:
    image: 10.210.0.1:5000/web:\${TAG}
    ports: ["8080:8080"]
    deploy: {replicas: 2, update_config: {failure_action: "\${POLICY:-rollback}"}, rollback_config: {parallelism: 0}}
    healthcheck: {test: ["CMD", "/web", "check"], interval: 1s, timeout: 20s, retries: 2}
`;

describeLab('what a file says of releases', (lab) => {
  const files = () => lab.workspace({ 'compose.yaml': COMPOSE, 'stowage.yaml': STOWAGE });
  const elsewhere = () => lab.workspace({ 'stowage.yaml': STOWAGE });
  const order = (output: string, ...words: RegExp[]) => words.map((word) => output.search(word));
  const version = async () => (await lab.http('host1', 8080)).headers['x-version'];
  /** What the replicas of `web` were made from, each image once. */
  const images = async () => {
    const filters = JSON.stringify({ label: ['io.stowage.workload=web'] });
    const path = `/containers/json?filters=${encodeURIComponent(filters)}`;
    const containers = await lab.engine('host1').get<{ ImageID: string }[]>(path);
    return [...new Set(containers.map(({ ImageID }) => ImageID))];
  };

  test('hooks run once for a release: one before any replica changes, one after all', async () => {
    const cwd = files();
    await lab.cli(['apply', '--yes'], { cwd, env: { TAG: '1' } });
    const last = await lab.cli(['apply', '--yes'], { cwd, env: { TAG: '2' } });
    expect(last.exitCode, last.all).toBe(0);
    const [migrated, stopped, notified] = order(
      last.all,
      /done\s+host1\s+health\.wait migrate/,
      /done\s+host1\s+container\.stop web/,
      /done\s+host1\s+health\.wait notify/,
    ) as [number, number, number];
    expect(migrated).toBeGreaterThan(-1);
    expect([migrated < stopped, stopped < notified], last.all).toEqual([true, true]);
  });

  test('an undo from another machine names what stays done, and fetches an image that is gone by its digest', async () => {
    await lab.cli(['apply', '--yes'], { cwd: files(), env: { TAG: '3' } });
    await lab.docker('host1', ['rmi', '-f', '10.210.0.1:5000/web:2']);
    const undone = await lab.cli(['rollout', 'undo', '--yes'], { cwd: elsewhere() });
    expect(undone.exitCode, undone.all).toBe(0);
    expect(undone.all).toContain('rollout/one-way');
    expect(undone.all).toMatch(/done\s+host1\s+image\.pull/);
    expect(undone.all).toMatch(/done\s+host1\s+health\.wait announce/);
    expect(undone.all).not.toMatch(/health\.wait migrate/);
    expect(await version()).toBe('2');
  });

  test('pause stops there and leaves what serves; continue goes on without the replicas that failed', async () => {
    expect((await lab.cli(['apply', '--yes'], { cwd: files(), env: { TAG: '2' } })).exitCode).toBe(0);
    const before = await images();
    const load = await startLoad(lab.directory, { urls: ['http://10.210.0.11:8080/'], perSecond: 40, keepAlive: 4 });
    const paused = await lab.cli(['apply', '--yes'], { cwd: files(), env: { TAG: 'bad', POLICY: 'pause' } });
    const report = await load.stop();
    expect(paused.exitCode, paused.all).toBe(1);
    expect(report.failures).toEqual([]);
    expect(await version()).toBe('2');
    const went = await lab.cli(['apply', '--yes'], { cwd: files(), env: { TAG: 'bad', POLICY: 'continue' } });
    expect(went.exitCode, went.all).toBe(0);
    expect(went.all).toContain('warning[container/not-ready]');
    const [image, ...others] = await images();
    expect(others).toEqual([]);
    expect(before).not.toContain(image);
  });
});
