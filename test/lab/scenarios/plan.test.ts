import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeLab } from '../harness.ts';

const PLANTED = ['hunter2-of-the-file', 'swordfish-of-the-variable', 'correct-horse-inline'];
const LABEL = ['--filter', 'label=io.stowage.stack=shop'];

const COMPOSE = `
services:
  web:
    image: web:nocheck
    environment:
      LOG_LEVEL: info   # kept by drift --write
      DB_PASSWORD: ${PLANTED[1]}
    secrets: [token]
    configs: [{source: motd, target: /etc/motd}]
    restart: unless-stopped
    deploy: {replicas: 2}
  other:
    image: web:nocheck
    restart: unless-stopped
secrets: {token: {file: ./token.txt}}
configs: {motd: {content: "${PLANTED[2]}"}}
`;
const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1}\n';

describeLab('a plan one can trust', (lab) => {
  let cwd = '';
  const stowage = (...args: string[]) => lab.cli(args, { cwd });
  const edit = (from: string | RegExp, to: string) => {
    const path = join(cwd, 'compose.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  };
  const nameOf = async (workload: string) =>
    (
      await lab.docker('host1', [
        'ps',
        ...LABEL,
        '--filter',
        `label=io.stowage.workload=${workload}`,
        '--format',
        '{{.Names}}',
      ])
    )
      .split('\n')
      .sort()[0] ?? '';

  test('planning leaves no trace in the engine', async () => {
    cwd = lab.workspace({ 'compose.yaml': COMPOSE, 'stowage.yaml': STOWAGE, 'token.txt': PLANTED[0] ?? '' });
    const since = (await lab.onHost('host1', 'date', ['+%s.%N'])).trim();
    expect((await stowage('plan', '--detailed-exitcode')).exitCode).toBe(2);
    const until = (await lab.onHost('host1', 'date', ['+%s.%N'])).trim();
    expect(await lab.docker('host1', ['events', '--since', since, '--until', until])).toBe('');
  });

  test('the same input gives the same bytes', async () => {
    await stowage('plan', '--out', 'one.plan');
    await stowage('plan', '--out', 'two.plan');
    expect(readFileSync(join(cwd, 'one.plan'), 'utf8')).toBe(readFileSync(join(cwd, 'two.plan'), 'utf8'));
  });

  test('no output, saved plan or label holds a secret', async () => {
    const outputs = [
      await stowage('plan', '--steps'),
      await stowage('plan', '--json'),
      await stowage('plan', '--format', 'html'),
      await stowage('plan', '--render-script'),
      await stowage('apply', 'one.plan', '--yes', '--json'),
      await stowage('history', '--json'),
      await stowage('drift', '--json'),
    ].map((result) => result.all);
    const labels = await lab.docker('host1', ['ps', '-a', ...LABEL, '--format', '{{.Labels}}']);
    const saved = readFileSync(join(cwd, 'one.plan'), 'utf8');
    for (const text of [...outputs, labels, saved]) for (const secret of PLANTED) expect(text).not.toContain(secret);
    const inside = await lab.docker('host1', [
      'exec',
      await nameOf('web'),
      '/bin/busybox',
      'cat',
      '/run/secrets/token',
    ]);
    expect(inside).toBe(PLANTED[0]);
  });

  test('a saved plan passes unrelated drift, and is refused when what it touches has moved', async () => {
    edit('LOG_LEVEL: info', 'LOG_LEVEL: debug');
    expect((await stowage('plan', '--out', 'debug.plan')).exitCode).toBe(0);
    await lab.docker('host1', ['restart', await nameOf('other')]);
    await lab.docker('host1', ['rm', '-f', await nameOf('web')]);
    const refused = await stowage('apply', 'debug.plan', '--yes');
    expect(refused.exitCode, refused.all).toBe(76);
    expect(refused.stderr).toContain('gone since the plan was made');
    expect((await stowage('apply', '--yes')).exitCode).toBe(0);
  });

  test('drift is what somebody changed on the host, and can be put into the file', async () => {
    expect((await stowage('drift')).exitCode).toBe(0);
    await lab.docker('host1', ['update', '--restart', 'always', await nameOf('other')]);
    const found = await stowage('drift');
    expect(found.exitCode, found.all).toBe(2);
    expect(found.stdout).toContain('restart.name  unless-stopped → always');
    expect((await stowage('drift', '--write')).exitCode).toBe(0);
    const written = readFileSync(join(cwd, 'compose.yaml'), 'utf8');
    expect(written).toContain('# kept by drift --write');
    expect(written).toMatch(/other:\n {4}image: web:nocheck\n {4}restart: always/);
  });

  test('a target plans a part; input that says nothing deletes nothing', async () => {
    edit(/image: web:nocheck\n {4}environment/, 'image: web:1\n    environment');
    const part = await stowage('plan', '--target', 'other', '--json');
    expect(part.stdout).not.toContain('"image changed');
    const empty = lab.workspace({
      'k.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
      'stowage.yaml': STOWAGE,
    });
    const refused = await lab.cli(['apply', '--yes', '-f', 'k.yaml'], { cwd: empty });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain('plan/empty-input');
  });

  test('the policy refuses with 77 and names every rule', async () => {
    writeFileSync(
      join(cwd, 'stowage.yaml'),
      `${STOWAGE}policy:\n  forbid: [replica.replace]\n  images: {pinned: true}\n`,
    );
    const refused = await stowage('apply', '--yes');
    expect(refused.exitCode, refused.all).toBe(77);
    expect(refused.stderr).toContain('policy/forbid');
    expect(refused.stderr).toContain('policy/images.pinned');
    writeFileSync(join(cwd, 'stowage.yaml'), STOWAGE);
  });

  test('nobody to ask is a refusal', async () => {
    const refused = await stowage('apply');
    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toContain('--yes');
  });
});
