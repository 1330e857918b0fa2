import { expect, test } from 'vitest';
import { describeLab } from './harness.ts';

const HOSTS = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2, host3: ssh://host3}\n';
const compose = (edition: number) =>
  `services: {web: {image: "web:1", network_mode: bridge, environment: {EDITION: "${edition}"}, deploy: {replicas: 3}}}\n`;

interface History {
  readonly revisions: readonly {
    readonly revision: { readonly number: number; readonly startedAtMs: number };
    readonly outcome?: { readonly status: string; readonly endedAtMs: number };
  }[];
}

describeLab('applies of one stack at the same time', (lab) => {
  const workspace = (edition: number) => lab.workspace({ 'compose.yaml': compose(edition), 'stowage.yaml': HOSTS });
  const history = async (cwd: string) => {
    const { stdout } = await lab.cli(['history', '--json'], { cwd });
    return (JSON.parse(stdout) as History).revisions;
  };
  const containers = async () => {
    const format = ['--format', '{{.Label "io.stowage.workload"}}.{{.Label "io.stowage.ordinal"}} {{.State}}'];
    const lists = await Promise.all(
      lab.hosts.map(({ name }) => lab.docker(name, ['ps', '-a', '--filter', 'label=io.stowage.stack=shop', ...format])),
    );
    return lists.flatMap((list) => list.split('\n').filter(Boolean)).sort();
  };
  const locks = async () => {
    const names = ['ps', '-aq', '--filter', 'name=stowage-lock-'];
    return (await Promise.all(lab.hosts.map(({ name }) => lab.docker(name, names)))).join('');
  };

  /** A lock on most of the hosts, as somebody else would have it. */
  const MOST = ['host1', 'host2'];
  const claim = (labels: readonly string[]) =>
    Promise.all(MOST.map((host) => lab.docker(host, ['create', '--name', 'stowage-lock-shop', ...labels, 'web:1'])));
  const unclaim = () => Promise.all(MOST.map((host) => lab.docker(host, ['rm', 'stowage-lock-shop'])));

  test.each([
    [2, false],
    [5, false],
    [10, false],
    [2, true],
  ])('%i at once, waiting for each other: %s', { timeout: 240_000 }, async (count, waits) => {
    const before = (await history(workspace(0))).length;
    const args = ['apply', '--yes', ...(waits ? ['--lock-timeout', '120s'] : [])];
    const folders = Array.from({ length: count }, (_, index) => workspace(before * 100 + index + 1));
    const results = await Promise.all(folders.map((cwd) => lab.cli(args, { cwd })));
    const codes = results.map(({ exitCode }) => exitCode);
    const all = results.map((result) => result.all).join('\n---\n');
    for (const code of codes) expect([0, 75], all).toContain(code);
    const succeeded = codes.filter((code) => code === 0).length;
    expect(succeeded, all).toBeGreaterThanOrEqual(waits ? count : 1);
    for (const { exitCode, all: text } of results) {
      if (exitCode === 75) expect(text).toContain('another run works on this stack');
    }
    const made = (await history(folders[0] ?? '')).slice(before);
    expect(made.map(({ outcome }) => outcome?.status)).toEqual(made.map(() => 'done'));
    expect(made).toHaveLength(succeeded);
    for (const [index, { revision }] of made.entries()) {
      const earlier = made[index - 1]?.outcome?.endedAtMs ?? 0;
      expect(revision.startedAtMs).toBeGreaterThanOrEqual(earlier);
    }
    expect(await containers()).toEqual(['web.1 running', 'web.2 running', 'web.3 running']);
    expect(await locks()).toBe('');
  });

  test('a run that waits for the lock stops at Ctrl-C, with nothing done', async () => {
    const cwd = workspace(9999);
    await claim(['--label', 'io.stowage.lock=shop', '--label', held]);
    const run = lab.startCli(['apply', '--yes', '--lock-timeout', '5m'], { cwd });
    await run.waitForOutput('waiting for the lock, held by ann on laptop');
    run.kill('SIGINT');
    const { exitCode, all } = await run.done;
    expect(exitCode, all).toBe(130);
    expect(all).toContain('stopped while waiting');
    await unclaim();
  });

  test('a lock with garbage and a foreign container in its place are named, and left alone', async () => {
    const cwd = workspace(9999);
    const cases = [
      { labels: ['--label', 'io.stowage.lock=shop', '--label', 'io.stowage.lock-data={"x'], says: 'cannot be read' },
      { labels: [], says: 'belongs to another container' },
    ];
    for (const { labels, says } of cases) {
      await claim(labels);
      const { exitCode, all } = await lab.cli(['apply', '--yes'], { cwd });
      expect(exitCode, all).toBe(75);
      expect(all).toContain(says);
      const doctor = await lab.cli(['doctor'], { cwd });
      expect(doctor.exitCode, doctor.all).toBe(1);
      expect(doctor.all).toMatch(/✗ lock .*host1/);
      await unclaim();
    }
  });
});

const held = `io.stowage.lock-data=${JSON.stringify({
  nonce: 'a',
  holder: { user: 'ann', host: 'laptop' },
  sinceMs: 0,
  leaseSeconds: 300,
  token: 1,
})}`;
