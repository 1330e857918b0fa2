import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundled } from './harness/driver.ts';
import { describeLab } from './harness.ts';

const HOLDER = await bundled(new URL('./steps/lock-driver.ts', import.meta.url));
const stowage = 'stack: shop\nhosts: {host1: ssh://host1}\n';
const compose = (edition: number) => `
services:
  web: {image: "web:1", environment: {EDITION: "${edition}"}, secrets: [token], network_mode: bridge}
secrets: {token: {file: token.txt}}
`;
const files = (edition: number) => ({
  'compose.yaml': compose(edition),
  'stowage.yaml': stowage,
  'token.txt': `quiet-${edition}-9f31`,
});

describeLab('going on with an interrupted revision', (lab) => {
  const killed = async (cwd: string) => {
    const run = lab.startCli(['apply', '--yes', '--json'], { cwd });
    await run.waitForOutput(/"type":"step.done","step":\{"id":\d+,"kind":"container.create"/);
    run.kill('SIGKILL');
    await run.done;
  };

  test('plan says what share is applied and by whom; --resume needs no file', async () => {
    const cwd = lab.workspace(files(1));
    expect((await lab.cli(['apply', '--yes'], { cwd })).exitCode).toBe(0);
    const next = lab.workspace(files(2));
    await killed(next);
    const plan = await lab.cli(['plan'], { cwd: next });
    expect(plan.exitCode, plan.all).toBe(0);
    expect(plan.all).toMatch(/revision 2 is \d+ % applied[\s\S]*apply by \S+ on \S+, begun .* was killed/);

    const bare = lab.workspace({ 'stowage.yaml': stowage });
    const log = join(bare, 'run.log');
    const resumed = await lab.cli(['apply', '--resume', '--yes', '--json', '--log-file', log], { cwd: bare });
    expect(resumed.exitCode, resumed.all).toBe(0);
    const tar = await lab.docker('host1', ['cp', `${await web()}:/run/secrets/token`, '-']);
    expect(tar).toContain('quiet-2-9f31');
    const { revisions } = JSON.parse((await lab.cli(['history', '--json'], { cwd: bare })).stdout);
    expect(revisions.map((r: { outcome?: { status: string } }) => r.outcome?.status)).toEqual(['done', 'done']);
    expect((await lab.cli(['plan', '--detailed-exitcode'], { cwd: next })).exitCode).toBe(0);
    const audit = await lab.cli(['history', '--audit'], { cwd: bare });
    expect(audit.stdout).toMatch(/2 +resumed/);

    const trace = JSON.parse(resumed.stdout.trim().split('\n').at(-1) ?? '');
    expect(trace.type).toBe('run.trace');
    expect(trace.spans[0]).toMatchObject({ name: 'run', attributes: { stack: 'shop', action: 'apply' } });
    expect(trace.spans.map((s: { name: string }) => s.name)).toContain('container.remove');
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events[0]).toBe('run.started');
    expect(events.at(-1)).toBe('run.finished');
    expect(`${resumed.all}${lines.join()}`).not.toContain('quiet-2-9f31');
  });

  test('with nothing to go on with, it says so', async () => {
    const cwd = lab.workspace({ 'stowage.yaml': stowage });
    const { exitCode, all } = await lab.cli(['apply', '--resume', '--yes'], { cwd });
    expect(exitCode, all).toBe(64);
    expect(all).toContain('no interrupted revision');
  });

  test('a plain apply after a kill makes what the files say', async () => {
    const cwd = lab.workspace(files(3));
    await killed(cwd);
    const result = await lab.cli(['apply', '--yes'], { cwd });
    expect(result.exitCode, result.all).toBe(0);
    const again = await lab.cli(['plan', '--detailed-exitcode'], { cwd });
    expect(again.exitCode, again.all).toBe(0);
    expect(again.all).not.toContain('% applied');
  });

  test('a run that was killed with all of it done leaves its lock; an apply with nothing to do takes it away', async () => {
    const cwd = lab.workspace(files(4));
    expect((await lab.cli(['apply', '--yes'], { cwd })).exitCode).toBe(0);
    const sockets = Object.fromEntries(lab.hosts.slice(0, 1).map(({ name, socketPath }) => [name, socketPath]));
    const input = JSON.stringify({ name: 'shop', leaseSeconds: 300, skewMs: 0, sockets });
    const holder = lab.start(process.execPath, [HOLDER], { input });
    await holder.waitForOutput('held');
    const locks = () => lab.docker('host1', ['ps', '-aq', '--filter', 'name=stowage-lock-shop']);
    const apply = async () => {
      const { exitCode, all } = await lab.cli(['apply', '--yes'], { cwd });
      expect({ exitCode, all }).toMatchObject({ exitCode: 0, all: expect.stringContaining('No changes') });
    };
    await apply();
    expect(await locks()).not.toBe('');
    holder.kill('SIGKILL');
    await holder.done;
    await apply();
    expect(await locks()).toBe('');
  });

  const web = () => lab.docker('host1', ['ps', '-q', '--filter', 'label=io.stowage.stack=shop']);
});
