import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeLab } from './harness.ts';

const options = { cwd: join(import.meta.dirname, '..', '..', 'fixtures', 'demo') };
const IN_LAB = ['--env', 'lab'];

describeLab('the demo app on three hosts', (lab) => {
  test('is planned without touching a host', async () => {
    const plan = await lab.cli(['plan', ...IN_LAB, '--detailed-exitcode'], options);
    expect(plan.exitCode, plan.all).toBe(2);
    for (const { name } of lab.hosts) expect(await lab.docker(name, ['ps', '-aq'])).toBe('');
  });

  test('is applied: the web tier on every host, reaching the database through the API', async () => {
    const apply = await lab.cli(['apply', ...IN_LAB, '--yes'], options);
    expect(apply.exitCode, apply.all).toBe(0);
    const counts: number[] = [];
    for (const { name } of lab.hosts) {
      const { body } = await lab.http(name, 8080, '/visits');
      expect(body).toMatch(/^web 1 \S+ > api 1 \S+ > \d+\n$/);
      counts.push(Number(body.split(' > ')[2]));
    }
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(new Set(counts).size).toBe(3);
  });

  test('needs nothing more: a second plan has no changes', async () => {
    const plan = await lab.cli(['plan', ...IN_LAB, '--detailed-exitcode'], options);
    expect(plan.exitCode, plan.all).toBe(0);
  });

  test('is destroyed, the volume with its data kept', async () => {
    const destroy = await lab.cli(['destroy', ...IN_LAB, '--yes'], options);
    expect(destroy.exitCode, destroy.all).toBe(0);
    const volumes: string[] = [];
    for (const { name } of lab.hosts) {
      expect(await lab.docker(name, ['ps', '-aq', '--filter', 'label=lab.tag'])).toBe('');
      volumes.push(await lab.docker(name, ['volume', 'ls', '-q', '--filter', 'name=visits']));
    }
    expect(volumes.filter((line) => line !== '')).toHaveLength(1);
  });
});
