import { expect, test } from 'vitest';
import { describeLab } from '../harness.ts';

interface App {
  readonly pod?: string;
  readonly probe: string;
  readonly others?: string;
}

/** Alive as long as it has /tmp/ok, which it makes as it starts. */
const app = (name: string, { pod = '', probe, others = '' }: App) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      terminationGracePeriodSeconds: 1
      ${pod}
      containers:
        - name: ${name}
          image: web:nocheck
          command: [/bin/sh, -c, "echo >/tmp/ok; exec /web"]
          livenessProbe: ${probe}
${others}
`;

const ASKED = '{httpGet: {path: "/file?/tmp/ok", port: 8080}, periodSeconds: 1, failureThreshold: 2}';

const MANIFESTS = [
  app('http', { probe: `${ASKED}\n          env: [{name: IGNORE_TERM, value: "1"}]` }),
  app('exec', {
    pod: 'volumes: [{name: tmp, emptyDir: {medium: Memory}}]',
    probe: `{exec: {command: [test, -f, /tmp/ok]}, periodSeconds: 1, failureThreshold: 1}
          securityContext: {runAsUser: 1000, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
          volumeMounts: [{name: tmp, mountPath: /tmp}]`,
  }),
  app('pair', {
    pod: 'shareProcessNamespace: true',
    probe: ASKED,
    others: '        - {name: neighbour, image: "pause:3.10"}',
  }),
].join('');

/** Without a shell, and its port is never open. */
const LATE = `
apiVersion: v1
kind: Pod
metadata: {name: late}
spec:
  containers:
    - name: late
      image: pause:3.10
      startupProbe: {tcpSocket: {port: 81}, periodSeconds: 1, failureThreshold: 2, terminationGracePeriodSeconds: 1}
`;

/** Nobody waits for the end of a pod. */
const BATCH = `
apiVersion: v1
kind: Pod
metadata: {name: batch}
spec:
  restartPolicy: OnFailure
  terminationGracePeriodSeconds: 1
  containers: [{name: batch, image: "tool:1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: once}
spec:
  restartPolicy: Never
  containers: [{name: once, image: "job:1"}]
`;

describeLab('liveness probes', (lab) => {
  let cwd = '';
  const stowage = (...args: string[]) =>
    lab.cli([...args, '-f', 'apps.yaml', '-f', 'late.yaml', '-f', 'batch.yaml'], { cwd });
  const containerOf = async (name: string) => {
    const filters = ['--filter', `label=io.stowage.container=${name}`, '--filter', 'label=io.stowage.stack=alive'];
    return (await lab.docker('host1', ['ps', '-aq', ...filters])).trim();
  };
  const restarts = async (name: string) =>
    Number(await lab.docker('host1', ['inspect', '--format', '{{.RestartCount}}', await containerOf(name)]));
  const die = async (name: string) => lab.docker('host1', ['exec', await containerOf(name), 'rm', '/tmp/ok']);
  const answer = async (name: string) =>
    lab.docker('host1', ['exec', await containerOf(name), '/web', 'get', 'http://127.0.0.1:8080/file?/tmp/ok']);

  test('are applied without waiting for them; the second plan has nothing to do', async () => {
    cwd = lab.workspace({
      'stowage.yaml': 'stack: alive\nhosts: {host1: ssh://host1}\n',
      'apps.yaml': MANIFESTS,
      'late.yaml': LATE,
      'batch.yaml': BATCH,
    });
    const applied = await stowage('apply', '--yes');
    expect(applied.exitCode, applied.all).toBe(0);
    const again = await stowage('plan', '--detailed-exitcode');
    expect(again.exitCode, again.all).toBe(0);
  });

  test.each([
    ['http', 'it answered 404'],
    ['exec', 'exit code 1'],
    ['pair', 'it answered 404'],
  ])('%s is started again, and serves', async (name) => {
    await die(name);
    await expect.poll(() => restarts(name), { timeout: 60_000, interval: 500 }).toBe(1);
    await expect.poll(() => answer(name).catch(() => 'not yet'), { timeout: 30_000 }).toBe('');
  });

  test('what shares its process namespace runs on', async () => {
    expect(await restarts('neighbour')).toBe(0);
  });

  test('the log says why', async () => {
    const { all } = await stowage('logs', 'http');
    expect(all).toContain('the liveness probe failed 2 times: it answered 404');
  });

  test('a container without a shell that never starts up is started again', async () => {
    await expect.poll(() => restarts('late'), { timeout: 60_000, interval: 500 }).toBeGreaterThan(0);
  });

  test('are destroyed', async () => {
    const gone = await stowage('destroy', '--yes');
    expect(gone.exitCode, gone.all).toBe(0);
    expect(await lab.docker('host1', ['volume', 'ls', '-q', '--filter', 'label=io.stowage.scratch'])).toBe('');
  });
});
