import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../../src/model/spec-hash.ts';
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

  test('drift is what somebody changed on the host', async () => {
    expect((await stowage('drift')).exitCode).toBe(0);
    await lab.docker('host1', ['update', '--restart', 'always', await nameOf('other')]);
    const found = await stowage('drift');
    expect(found.exitCode, found.all).toBe(2);
    expect(found.stdout).toContain('restart.name  unless-stopped → always');
    expect(found.stdout).toContain('stowage apply --refresh --target other');
    const asPlan = await stowage('plan', '--refresh-only');
    expect({ exitCode: asPlan.exitCode, stdout: asPlan.stdout }).toEqual({ exitCode: 2, stdout: found.stdout });
    expect((await stowage('drift', 'web')).exitCode).toBe(0);
  });

  test('drift can be ignored by a rule, or reverted', async () => {
    writeFileSync(join(cwd, 'stowage.yaml'), `${STOWAGE}drift: {ignore: ["other.restart.*"]}\n`);
    expect((await stowage('drift')).exitCode).toBe(0);
    writeFileSync(join(cwd, 'stowage.yaml'), STOWAGE);
    expect((await stowage('drift')).exitCode).toBe(2);
    const reverted = await stowage('apply', '--refresh', '--target', 'other', '--yes');
    expect(reverted.exitCode, reverted.all).toBe(0);
    expect((await stowage('drift')).exitCode).toBe(0);
    const policy = ['inspect', '--format', '{{.HostConfig.RestartPolicy.Name}}', await nameOf('other')];
    expect(await lab.docker('host1', policy)).toBe('unless-stopped');
  });

  test('drift can be put into the file, comments, order and layout kept', async () => {
    await lab.docker('host1', ['update', '--restart', 'always', await nameOf('other')]);
    expect((await stowage('drift', 'other', '--write')).exitCode).toBe(0);
    const written = readFileSync(join(cwd, 'compose.yaml'), 'utf8');
    expect(written).toContain('# kept by drift --write');
    expect(written).toMatch(/other:\n {4}image: web:nocheck\n {4}restart: always/);
    expect(written).toContain('secrets: {token: {file: ./token.txt}}');
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

  test('--yes approves a plan, never the loss of data', async () => {
    const volume = [
      'volume',
      'create',
      '--label',
      'io.stowage.stack=shop',
      '--label',
      'io.stowage.resource=old',
      'old',
    ];
    await lab.docker('host1', volume);
    const saved = await stowage('plan', '--allow-data-loss', 'old', '--out', 'loss.plan');
    expect(saved.stdout).toMatch(/\n\nData will be lost\n {2}- old {2}host1 {2}delete/);
    const refused = await stowage('apply', 'loss.plan', '--yes');
    expect(refused.exitCode, refused.all).toBe(64);
    expect(refused.stderr).toContain('--allow-data-loss old');
    expect(await lab.docker('host1', ['volume', 'ls', '-q', '--filter', 'name=^old$'])).toBe('old');
    const done = await stowage('apply', 'loss.plan', '--yes', '--allow-data-loss', 'old');
    expect(done.exitCode, done.all).toBe(0);
    expect(await lab.docker('host1', ['volume', 'ls', '-q', '--filter', 'name=^old$'])).toBe('');
  });
});

const RICH = `
services:
  web:
    image: web:1
    command: ["/web", "it's \\"quoted\\" $$HOME"]
    environment: {TEXT: "it's $$5", LINES: "a\\nb", API_TOKEN: ${PLANTED[1]}}
    ports: ["8080:8080", "127.0.0.1:9000-9001:9000-9001/udp"]
    hostname: webby
    labels: {team: "blue sky"}
    extra_hosts: ["db.local:10.1.2.3"]
    cap_add: [NET_ADMIN]
    ulimits: {nofile: {soft: 1000, hard: 2000}}
    init: true
    tmpfs: ["/scratch:size=16m"]
    volumes: [data:/data, /tmp/bound:/bound:ro, /unnamed]
    mem_limit: 64m
    stop_signal: SIGINT
    restart: on-failure:3
    configs: [{source: motd, target: /etc/motd, mode: 0440}]
    secrets: [token]
    networks: {front: {aliases: [www]}, back: {}}
  beside:
    image: tool:1
    network_mode: "service:web"
    read_only: true
configs: {motd: {content: "hello"}}
secrets: {token: {file: ./token.txt}}
networks: {front: {ipam: {config: [{subnet: 10.77.0.0/24}]}}, back: {internal: true}}
volumes: {data: {labels: {keep: "yes"}}}
`;

describeLab('a plan as a script', (lab) => {
  test('makes the very containers that apply would make', async () => {
    const cwd = lab.workspace({ 'compose.yaml': RICH, 'stowage.yaml': STOWAGE, 'token.txt': PLANTED[0] ?? '' });
    const script = await lab.cli(['plan', '--render-script'], { cwd });
    expect(script.exitCode, script.all).toBe(0);
    for (const secret of PLANTED.slice(0, 2)) expect(script.all).not.toContain(secret);
    const files = lab.workspace(
      Object.fromEntries([PLANTED[0] ?? '', PLANTED[1] ?? '', 'hello'].map((text) => [sha256Hex(text), text])),
    );
    writeFileSync(join(cwd, 'plan.sh'), script.stdout);
    const env = { DOCKER_CONFIG: lab.workspace({}), STOWAGE_FILES: files };
    const address = `host=unix://${lab.host('host1').socketPath}`;
    await lab.run('docker', ['context', 'create', 'host1', '--docker', address], { env });
    const ran = await lab.run('sh', ['plan.sh'], { cwd, env, timeoutMs: 90_000 });
    expect(ran.exitCode, ran.all).toBe(0);

    const plan = await lab.cli(['plan', '--refresh', '--detailed-exitcode'], { cwd });
    expect(plan.exitCode, plan.all).toBe(0);
    const web = await lab.docker('host1', ['ps', '-q', '--filter', 'label=io.stowage.workload=web']);
    const inside = (...args: string[]) => lab.docker('host1', ['exec', web, '/bin/busybox', ...args]);
    expect(await inside('stat', '-c', '%a %u', '/etc/motd')).toBe('440 0');
    expect(await inside('cat', '/run/secrets/token')).toBe(PLANTED[0]);
    const variables = JSON.parse(
      await lab.docker('host1', ['inspect', '--format', '{{json .Config.Env}}', web]),
    ) as string[];
    expect(variables).toEqual(expect.arrayContaining(["TEXT=it's $5", 'LINES=a\nb', `API_TOKEN=${PLANTED[1]}`]));
  });
});
