import { expect, test } from 'vitest';
import { describeLab } from './harness.ts';

const COMPOSE = `
services:
  web:
    image: web:\${TAG}
    ports: ["8080:8080"]
    deploy: {replicas: 3, update_config: {delay: 4s}}
`;
const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2, host3: ssh://host3}\n';

describeLab('a rollout that is held', (lab) => {
  test('stops elsewhere, is refused to others, and goes on when it is let go', async () => {
    const cwd = lab.workspace({ 'compose.yaml': COMPOSE, 'stowage.yaml': STOWAGE });
    const apply = (tag: string) => lab.cli(['apply', '--yes'], { cwd, env: { TAG: tag } });
    const first = await apply('1');
    expect(first.exitCode, first.all).toBe(0);
    const running = lab.startCli(['apply', '--yes'], { cwd, env: { TAG: '2' } });
    await running.waitForOutput(/gateway\.switch/);
    const paused = await lab.cli(['rollout', 'pause'], { cwd });
    expect(paused.exitCode, paused.all).toBe(0);
    expect((await running.done).exitCode).toBe(130);
    const refused = await apply('2');
    expect(refused.exitCode, refused.all).toBe(1);
    expect(refused.all).toContain('rollout/held');
    const resumed = await lab.cli(['rollout', 'resume', '--yes'], { cwd });
    expect(resumed.exitCode, resumed.all).toBe(0);
    for (const { name } of lab.hosts) {
      expect((await lab.http(name, 8080)).headers['x-version'], resumed.all).toBe('2');
    }
  });
});
