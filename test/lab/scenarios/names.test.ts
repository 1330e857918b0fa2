import { expect, test } from 'vitest';
import { describeLab } from '../harness.ts';

const STOWAGE = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2}\n';

/** Answers 503 for a second and a half. The caller asks by name, a hundred times a second, on new connections. */
const COMPOSE = `
services:
  web:
    image: web:1
    environment: {READY_AFTER: "\${READY_AFTER:-1500}", EDITION: "\${EDITION:-a}"}
    healthcheck: {interval: 300ms, start_period: 60s}
    deploy: {replicas: "\${REPLICAS:-2}"}
  caller:
    image: web:nocheck
    entrypoint: [/web, poll, "http://web:8080/healthz", "10"]
    depends_on: {web: {condition: service_healthy}}
    deploy: {placement: {constraints: [node.hostname == host1]}}
`;

const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: web:nocheck
          env: [{name: READY_AFTER, value: "1500"}]
          readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: caller}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: caller, image: "web:nocheck", command: [/web, poll, "http://web/healthz", "10"]}]
`;

describeLab(
  'a name leads to ready replicas only',
  (lab) => {
    const heard = async () => {
      const id = await lab.docker('host1', ['ps', '-aq', '--filter', 'label=io.stowage.workload=caller']);
      return (await lab.docker('host1', ['logs', id])).split('\n');
    };

    test('while they are updated, scaled, and a run is killed between', async () => {
      await lab.cleanup();
      const cwd = lab.workspace({ 'compose.yaml': COMPOSE, 'stowage.yaml': STOWAGE });
      const apply = async (env: Record<string, string>) => {
        const result = await lab.cli(['apply', '--yes'], { cwd, env });
        expect(result.exitCode, result.all).toBe(0);
      };
      await apply({});
      await apply({ EDITION: 'b' });
      await apply({ EDITION: 'b', REPLICAS: '4' });
      await apply({ EDITION: 'b', REPLICAS: '2' });
      const slow = { EDITION: 'c', READY_AFTER: '4000' };
      const running = lab.startCli(['apply', '--yes'], { cwd, env: slow });
      await running.waitForOutput(/start +host\d +health\.wait web/);
      running.kill('SIGKILL');
      await running.done;
      await apply(slow);
      expect((await lab.cli(['plan', '--refresh', '--detailed-exitcode'], { cwd, env: slow })).exitCode).toBe(0);
      const answers = await heard();
      expect(answers.length).toBeGreaterThan(200);
      expect([...new Set(answers)]).toEqual(['ok']);
    });

    test('and to none of a Kubernetes service before the first is', async () => {
      await lab.cleanup();
      const cwd = lab.workspace({
        'k8s.yaml': MANIFESTS,
        'stowage.yaml': 'stack: kube\nhosts: {host1: ssh://host1}\n',
      });
      const result = await lab.cli(['apply', '--yes', '-f', 'k8s.yaml'], { cwd });
      expect(result.exitCode, result.all).toBe(0);
      await expect.poll(heard, { timeout: 20_000 }).toContain('ok');
      expect([...new Set(await heard())].sort()).toEqual(['ok', 'web: Name or service not known']);
    });
  },
  { hosts: 2 },
);
