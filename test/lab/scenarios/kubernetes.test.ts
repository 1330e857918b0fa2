import { expect, test } from 'vitest';
import { describeLab } from '../harness.ts';

const HOSTS = 'stack: shop\nhosts: {host1: ssh://host1, host2: ssh://host2, host3: ssh://host3}\n';

const WEB = ({ image, replicas }: { image: string; replicas: number }) => `
apiVersion: v1
kind: ConfigMap
metadata: {name: pages}
data: {banner: "from a ConfigMap"}
---
apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData: {token: hush}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  progressDeadlineSeconds: 20
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: web
          image: ${image}
          ports: [{name: http, containerPort: 8080}]
          env:
            - {name: TOKEN, valueFrom: {secretKeyRef: {name: shop, key: token}}}
            - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: GREETING, value: "I am $(POD)"}
            - {name: LOGIN, value: "shop:$(TOKEN)"}
            - name: FORWARD
              value: /store=http://store/get?k,/first=http://db-0.db:8080/get?k,/long=http://store.default.svc.cluster.local/get?k,/alias=http://alias/get?k,/plain=http://plain:8080/back
          readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1, failureThreshold: 3}
          volumeMounts: [{name: pages, mountPath: /pages}]
      volumes: [{name: pages, configMap: {name: pages}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
    - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
`;

const DATABASE = (label: string) => `
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: store}
spec: {selector: {app: db}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: alias}
spec: {type: ExternalName, externalName: store.default.svc.cluster.local}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: db
          image: store:1
          env: [{name: ROUND, value: ${label}}]
          ports: [{containerPort: 8080}]
          readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
          volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;

/** The part of the stack that is no manifest: asked for `/back`, it asks a Service. */
const PLAIN = `
services:
  plain:
    image: web:nocheck
    environment: {FORWARD: "/back=http://store/get?k"}
`;

const PAIR = `
apiVersion: v1
kind: Pod
metadata: {name: pair, labels: {app: pair}}
spec:
  terminationGracePeriodSeconds: 5
  containers:
    - name: keeper
      image: store:1
      env: [{name: DATA_DIR, value: /shared}]
      volumeMounts: [{name: shared, mountPath: /shared}]
    - name: asker
      image: web:nocheck
      env: [{name: PORT, value: "8081"}, {name: FORWARD, value: "/keeper=http://localhost:8080/get?k"}]
      volumeMounts: [{name: shared, mountPath: /shared}]
  volumes: [{name: shared, emptyDir: {}}]
---
apiVersion: v1
kind: Service
metadata: {name: pair}
spec:
  type: NodePort
  selector: {app: pair}
  ports: [{name: keeper, port: 8080, nodePort: 30080}, {name: asker, port: 8081, nodePort: 30081}]
`;

describeLab('Kubernetes manifests on three hosts', (lab) => {
  let cwd = '';
  const write = (files: Record<string, string>) => {
    cwd = lab.workspace({ 'stowage.yaml': HOSTS, ...files });
  };
  const stowage = (...args: string[]) => lab.cli([...args, '-f', 'k8s', '-f', 'compose.yaml'], { cwd });
  const apply = async () => {
    const result = await stowage('apply', '--yes');
    expect(result.exitCode, result.all).toBe(0);
  };
  /** From a host that publishes the port: those with a replica. */
  const ask = async (path: string, port = 80) => {
    const answers = await Promise.all(['host1', 'host2', 'host3'].map((host) => lab.http(host, port, path)));
    return (answers.find(({ status }) => status !== 0) ?? answers[0])?.body.trim() ?? '';
  };
  const files = (web: Parameters<typeof WEB>[0], round = 'one') => ({
    'k8s/web.yaml': WEB(web),
    'k8s/db.yaml': DATABASE(round),
    'k8s/pair.yaml': PAIR,
    'compose.yaml': PLAIN,
  });

  test('a folder of manifests is planned and applied; the second plan has nothing to do', async () => {
    write(files({ image: 'web:1', replicas: 2 }));
    const planned = await stowage('plan', '--detailed-exitcode');
    expect(planned.exitCode, planned.all).toBe(2);
    await apply();
    const again = await stowage('plan', '--detailed-exitcode');
    expect(again.exitCode, again.all).toBe(0);
  });

  test('the Ingress leads to the pods', async () => {
    expect(await ask('/')).toMatch(/^1 web-\d$/);
    expect(await ask('/file?/pages/banner')).toContain('from a ConfigMap');
    const env = await ask('/env');
    expect(env).toMatch(/GREETING=I am web-\d/);
    expect(env).toContain('LOGIN=shop:hush');
  });

  test("services resolve across pods, also where their port is another one than the pods'", async () => {
    expect(await ask('/fetch?http://db-0.db:8080/put?k=kept')).not.toMatch(/error|refused/i);
    for (const path of ['/store', '/first', '/long', '/alias']) expect(await ask(path), path).toContain('kept');
  });

  test('pods and compose services of one stack reach each other by name', async () => {
    expect(await ask('/plain')).toContain('kept');
  });

  test('a pod of two containers shares a volume and localhost', async () => {
    await ask('/put?k=shared', 30080);
    expect(await ask('/keeper', 30081)).toContain('shared');
    expect(await ask('/file?/shared/k', 30081)).toContain('shared');
  });

  test('is scaled and rolled to another image', async () => {
    write(files({ image: 'web:2', replicas: 3 }));
    await apply();
    const answers = await Promise.all(['host1', 'host2', 'host3'].map((host) => lab.http(host, 80, '/')));
    expect(answers.map(({ body }) => body.trim()).sort()).toEqual(['2 web-0', '2 web-1', '2 web-2']);
  });

  test('a replica of a StatefulSet keeps its name and data through an update', async () => {
    write(files({ image: 'web:2', replicas: 3 }, 'two'));
    await apply();
    expect(await ask('/first')).toContain('kept');
    expect(await ask('/fetch?http://db-0.db:8080/')).toContain('db-0');
  });

  test('a probe that fails stops the rollout, and the old pods stay', async () => {
    write(files({ image: 'web:bad', replicas: 3 }, 'two'));
    const result = await stowage('apply', '--yes');
    expect(result.exitCode, result.all).not.toBe(0);
    expect(await ask('/'), result.all).toMatch(/^2 web-\d$/);
  });

  test('is destroyed', async () => {
    const gone = await stowage('destroy', '--yes');
    expect(gone.exitCode, gone.all).toBe(0);
    expect((await lab.http('host1', 80, '/')).status).toBe(0);
  });
});
