import { expect, test } from 'vitest';
import { describeLab } from '../harness.ts';

const HOSTS = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2, host3: ssh://host3}\n';

function compose(change: { web: string; level: string; workers: number }): string {
  return `
services:
  db:
    image: store:1
    volumes: [data:/data]
    healthcheck: {test: [CMD, /web, get, "http://localhost:8080/healthz"], interval: 1s, retries: 20}
  migrate:
    image: job:1
    depends_on: {db: {condition: service_healthy}}
  api:
    image: web:1
    environment: {LOG_LEVEL: ${change.level}}
    depends_on: {migrate: {condition: service_completed_successfully}}
    deploy: {replicas: 2}
  web:
    image: ${change.web}
    ports: ["8080:8080"]
    depends_on: {api: {condition: service_started}}
    deploy: {replicas: 3}
  worker:
    image: web:nocheck
    deploy: {replicas: ${change.workers}}
volumes: {data: {}}
`;
}

describeLab('a five-service app on three hosts', (lab) => {
  const label = ['--filter', 'label=io.stowage.stack=shop'];
  const containers = async () => {
    const lists = await Promise.all(
      ['host1', 'host2', 'host3'].map((h) =>
        lab.docker(h, ['ps', '-a', '--no-trunc', ...label, '--format', '{{.ID}} {{.Names}}']),
      ),
    );
    return lists.flatMap((l) => l.split('\n').filter(Boolean));
  };
  let cwd = '';
  let before: string[] = [];

  test('is planned without a change to any host', async () => {
    cwd = lab.workspace({
      'compose.yaml': compose({ web: 'web:1', level: 'info', workers: 1 }),
      'stowage.yaml': HOSTS,
    });
    const result = await lab.cli(['plan', '--detailed-exitcode'], { cwd });
    expect(result.exitCode, result.all).toBe(2);
    expect(await containers()).toEqual([]);
  });

  test('is applied, and the second plan has nothing to do', async () => {
    const applied = await lab.cli(['apply', '--yes'], { cwd });
    expect(applied.exitCode, applied.all).toBe(0);
    expect(await lab.http('host2', 8080, '/')).toMatchObject({ status: 200 });
    const again = await lab.cli(['plan', '--detailed-exitcode'], { cwd });
    expect(again.exitCode, again.all).toBe(0);
    expect(again.stdout).toContain('No changes');
    before = await containers();
  });

  test('a changed image, environment and number of replicas touches only what changed', async () => {
    const changed = compose({ web: 'web:2', level: 'debug', workers: 3 });
    cwd = lab.workspace({ 'compose.yaml': changed, 'stowage.yaml': HOSTS });
    const applied = await lab.cli(['apply', '--yes'], { cwd });
    expect(applied.exitCode, applied.all).toBe(0);
    const after = await containers();
    const kept = before.filter((c) => after.includes(c)).map((c) => c.replace(/^\S+ shop-(\w+)-.*/, '$1'));
    expect(kept.sort()).toEqual(['db', 'migrate', 'worker']);
    expect(await lab.http('host3', 8080, '/')).toMatchObject({ status: 200, headers: { 'x-version': '2' } });
    const again = await lab.cli(['plan', '--detailed-exitcode'], { cwd });
    expect(again.exitCode, again.all).toBe(0);
  });

  test('is destroyed: no container, network or label of ours is left, the volume is kept and named', async () => {
    const gone = await lab.cli(['destroy', '--yes'], { cwd });
    expect(gone.exitCode, gone.all).toBe(0);
    expect(gone.stdout).toContain('shop_data on host');
    expect(await containers()).toEqual([]);
    for (const host of ['host1', 'host2', 'host3']) {
      await expect.poll(() => lab.docker(host, ['network', 'ls', '-q', ...label]), { timeout: 10_000 }).toBe('');
    }
  });
});
