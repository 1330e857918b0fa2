import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { PROJECT } from './harness/lab.ts';

vi.setConfig({ testTimeout: 240_000 });

import { describeLab } from './harness.ts';

const HOSTS = 'hosts: {host1: ssh://host1, host2: ssh://host2, host3: ssh://host3}\n';
const SHIFT = fileURLToPath(new URL('./steps/shift-clock.mjs', import.meta.url));
const LEASE = { STOWAGE_LOCK_LEASE: '10s' };

/** Replaced one after the other, so that a step that changes something follows a wait. */
const compose = (edition: number, readyAfter = 0) => `
services:
  web:
    image: "web:1"
    network_mode: bridge
    environment: {EDITION: "${edition}", READY_AFTER: "${readyAfter}"}
    healthcheck: {start_period: 60s}
    deploy: {replicas: 2, update_config: {parallelism: 1, order: stop-first}}
`;

interface Revisions {
  readonly revisions: readonly {
    readonly revision: { readonly number: number; readonly by: { readonly host: string } };
    readonly outcome?: { readonly status: string };
  }[];
}

describeLab('a lock whose holder does not answer', (lab) => {
  const files = (edition: number, { stack = 'shop', readyAfter = 0 } = {}) =>
    lab.workspace({ 'compose.yaml': compose(edition, readyAfter), 'stowage.yaml': `stack: ${stack}\n${HOSTS}` });
  const outcomes = async (cwd: string) => {
    const { revisions } = JSON.parse((await lab.cli(['history', '--json'], { cwd })).stdout) as Revisions;
    return revisions.map(({ outcome }) => outcome?.status);
  };
  const editions = async () => {
    const lists = await Promise.all(
      lab.hosts.map(({ name }) => lab.docker(name, ['ps', '-aq', '--filter', 'label=io.stowage.stack=shop'])),
    );
    const found = lists.flatMap((list, index) =>
      list
        .split('\n')
        .filter(Boolean)
        .map((id) => lab.docker(`host${index + 1}`, ['inspect', '-f', '{{.Config.Env}} {{.State.Status}}', id])),
    );
    return (await Promise.all(found)).map((text) => /EDITION=(\d+).* (\w+)$/.exec(text)?.slice(1).join(' ')).sort();
  };
  const locks = async () => {
    const names = ['ps', '-aq', '--filter', 'name=stowage-lock-'];
    return (await Promise.all(lab.hosts.map(({ name }) => lab.docker(name, names)))).join('');
  };
  /** A run on another machine, as far as one can tell: it has another name and another home. */
  const elsewhere = (cwd: string) => {
    const program = join(PROJECT, 'bin', 'run.cjs');
    const script = `hostname elsewhere; exec "${process.execPath}" "${program}" apply --yes --json`;
    const env = { ...LEASE, HOME: lab.workspace({}) };
    return lab.start('unshare', ['--uts', 'sh', '-c', script], { cwd, env });
  };

  test('is shown, waited for and taken over after its lease; its holder then does nothing more', {
    timeout: 300_000,
  }, async () => {
    const first = files(1);
    expect((await lab.cli(['apply', '--yes'], { cwd: first })).exitCode).toBe(0);
    const frozen = elsewhere(files(2, { readyAfter: 45_000 }));
    await frozen.waitForOutput(/"type":"step.started","step":\{"id":\d+,"kind":"health.wait"/);
    const third = files(3);
    const waiting = lab.startCli(['apply', '--yes', '--lock-timeout', '90s'], { cwd: third, env: LEASE });
    const refused = await lab.cli(['apply', '--yes'], { cwd: third });
    expect(refused.exitCode, refused.all).toBe(75);
    expect(refused.all).toMatch(/another run works on this stack[\s\S]*on elsewhere/);
    await waiting.waitForOutput(/waiting for the lock, held by \S+ on elsewhere, for \d+ s/);
    frozen.kill('SIGSTOP');

    const [plan, other] = await Promise.all([
      lab.cli(['plan'], { cwd: third }),
      lab.cli(['apply', '--yes'], { cwd: files(1, { stack: 'blog' }) }),
    ]);
    expect(plan.all).toMatch(/revision [23] is \d+ % applied|No changes/);
    expect(other.exitCode, other.all).toBe(0);
    const next = await waiting.done;
    expect(next.exitCode, next.all).toBe(0);
    expect(next.all).toMatch(/revision 2 is \d+ % applied[\s\S]*by \S+ on elsewhere[\s\S]*its lock is still there/);
    frozen.kill('SIGCONT');
    const ended = await frozen.done;
    expect(ended.exitCode, ended.all).toBe(75);
    expect(ended.all).toMatch(/lock\/(lost|unconfirmed)/);

    expect(await editions()).toEqual(['3 running', '3 running']);
    expect(await outcomes(third)).toEqual(['done', undefined, 'done']);
    const { audit } = JSON.parse((await lab.cli(['history', '--audit', '--json'], { cwd: third })).stdout);
    expect(audit.map((line: { outcome: string }) => line.outcome)).toEqual(['begun', 'done', 'begun', 'begun', 'done']);
    const again = await lab.cli(['plan', '--detailed-exitcode'], { cwd: third });
    expect(again.exitCode, again.all).toBe(0);
    expect(await locks()).toBe('');
  });

  test('is broken by unlock, which says whose it was and asks', async () => {
    const cwd = files(4);
    const frozen = elsewhere(cwd);
    await frozen.waitForOutput(/"type":"step.started","step":\{"id":\d+,"kind":"health.wait"/);
    frozen.kill('SIGSTOP');
    const unasked = await lab.cli(['unlock'], { cwd });
    expect(unasked.exitCode, unasked.all).not.toBe(0);
    expect(await locks()).not.toBe('');
    const unlock = await lab.cli(['unlock', '--yes'], { cwd });
    expect(unlock.exitCode, unlock.all).toBe(0);
    expect(unlock.all).toMatch(/on elsewhere[\s\S]*The lock is broken/);
    const next = await lab.cli(['apply', '--yes'], { cwd });
    expect(next.exitCode, next.all).toBe(0);
    frozen.kill('SIGKILL');
    await frozen.done;
    expect((await lab.cli(['history', '--audit'], { cwd })).stdout).toMatch(/unlock .*lock broken/);
  });

  test('clocks that differ by minutes change nothing', async () => {
    const clock = (minutes: number) => ({
      ...LEASE,
      NODE_OPTIONS: `--import ${SHIFT}`,
      CLOCK_SHIFT_MS: String(minutes * 60_000),
    });
    const doctor = await lab.cli(['doctor'], { cwd: files(5), env: clock(7) });
    expect(doctor.all).toMatch(/clock .*4\d\d s behind this machine/);
    const ahead = lab.startCli(['apply', '--yes', '--json'], { cwd: files(5), env: clock(7) });
    await ahead.waitForOutput(/"type":"step.started","step":\{"id":\d+,"kind":"health.wait"/);
    const [held, { exitCode, all }] = await Promise.all([
      lab.cli(['apply', '--yes'], { cwd: files(6), env: clock(-7) }),
      ahead.done,
    ]);
    expect([0, 75], held.all).toContain(held.exitCode);
    expect(exitCode, all).toBe(0);
    const behind = files(7);
    const result = await lab.cli(['apply', '--yes'], { cwd: behind, env: clock(-7) });
    expect(result.exitCode, result.all).toBe(0);
    expect(await editions()).toEqual(['7 running', '7 running']);
    const plan = await lab.cli(['plan', '--detailed-exitcode'], { cwd: behind, env: clock(7) });
    expect(plan.exitCode, plan.all).toBe(0);
    expect((await outcomes(behind)).at(-1)).toBe('done');
  });
});
