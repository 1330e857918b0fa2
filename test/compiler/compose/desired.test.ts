import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileCompose } from '../../../src/compiler/compose/index.ts';
import type { FileReader } from '../../../src/compiler/source/reader.ts';
import type { DesiredState, Workload } from '../../../src/model/desired.ts';

function reader(files: Readonly<Record<string, string>>): FileReader {
  const bytes = (path: string) => (files[path] === undefined ? undefined : new TextEncoder().encode(files[path]));
  return { readText: (path) => files[path], readBytes: bytes, isDirectory: () => false, list: () => [] };
}

function compile(text: string, files: Readonly<Record<string, string>> = {}) {
  return compileCompose({
    files: ['compose.yaml'],
    workingDir: '/p',
    environment: { TOKEN: 'shh' },
    reader: reader({ '/p/compose.yaml': text, ...files }),
  });
}

function desiredOf(text: string, files?: Readonly<Record<string, string>>): DesiredState {
  const { desired, diagnostics } = compile(text, files);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return desired as DesiredState;
}

function workload(text: string, name = 'web'): Workload {
  return desiredOf(text).workloads.find(({ id }) => id === name) as Workload;
}

const service = (body: string) => `services:\n  db: {image: d}\n  web:\n    image: w\n${body.replace(/^/gm, '    ')}\n`;
const findings = (text: string) => compile(text).diagnostics.map((d) => `${d.severity} ${d.code} ${d.path ?? ''}`);

describe('workloads', () => {
  it('takes replicas, mode, restart and grace period', () => {
    const web = workload(
      service('deploy: {replicas: 3, restart_policy: {condition: on-failure, max_attempts: 4}}\nstop_grace_period: 1m'),
    );
    expect(web).toMatchObject({
      kind: 'service',
      replicas: 3,
      firstOrdinal: 1,
      template: { stopGraceSeconds: 60, restart: { condition: 'on-failure', maxAttempts: 4 } },
    });
    expect(workload(service('deploy: {mode: global}')).kind).toBe('daemon');
    expect(workload(service('restart: "on-failure:3"')).template.restart).toEqual({
      condition: 'on-failure',
      maxAttempts: 3,
    });
  });

  it('makes a job of what others wait to complete', () => {
    const text = service('depends_on: {db: {condition: service_completed_successfully}}');
    expect(workload(text, 'db')).toMatchObject({ kind: 'job', job: { completions: 1, backoffLimit: 0 } });
    expect(workload(text).dependsOn).toEqual([
      { workload: 'db', condition: 'completed', required: true, restart: false },
    ]);
  });

  it('makes cron jobs and hooks of x-stowage', () => {
    expect(
      workload(service('x-stowage: {cron: {schedule: "0 4 * * *", time-zone: UTC, concurrency: Forbid}}')),
    ).toMatchObject({
      kind: 'cron',
      cron: { schedule: '0 4 * * *', timeZone: 'UTC', concurrency: 'Forbid' },
    });
    expect(workload(service('x-stowage: {hook: pre-deploy}'))).toMatchObject({ kind: 'job', hook: 'pre-deploy' });
  });
});

describe('placement', () => {
  it('takes constraints, preferences and the maximum per host', () => {
    const body =
      'deploy: {placement: {constraints: [node.labels.disk == ssd], preferences: [{spread: node.labels.zone}], max_replicas_per_node: 2}}';
    expect(workload(service(body)).placement).toMatchObject({
      constraints: [{ key: 'node.labels.disk', operator: '==', value: 'ssd' }],
      spreadOver: ['node.labels.zone'],
      maxPerHost: 2,
    });
  });

  it('reads the filters of the first Swarm and keeps them out of the environment', () => {
    const body =
      'environment: ["constraint:storage==ssd", "constraint:node!=~web-1", "affinity:container==db", "affinity:container!=~p_web_1", "A=1"]';
    const web = workload(service(body));
    expect(web.template.containers[0]?.env).toEqual([{ name: 'A', value: '1' }]);
    expect(web.placement.constraints).toEqual([{ key: 'node.labels.storage', operator: '==', value: 'ssd' }]);
    expect(web.placement.nodeAffinity.preferred).toEqual([
      {
        weight: 100,
        term: {
          matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values: ['web-1'] }],
          matchFields: [],
        },
      },
    ]);
    expect(web.placement.podAffinity.required[0]?.labelSelector?.matchLabels).toEqual({
      'com.docker.compose.service': 'db',
    });
    expect(web.placement.podAntiAffinity.preferred[0]?.term.labelSelector?.matchLabels).toEqual({
      'com.docker.compose.service': 'web',
    });
  });

  it('refuses a constraint that compares nothing', () => {
    expect(findings(service('deploy: {placement: {constraints: [ssd]}}'))).toEqual([
      'error compose/constraint services.web.deploy.placement.constraints[0]',
    ]);
  });
});

describe('rollout', () => {
  it('lays x-stowage over update_config over the stack', () => {
    const text = `x-stowage: {rollout: {monitor: 20s, delay: 1s}}\n${service('deploy: {update_config: {delay: 5s, order: start-first, failure_action: pause}}\nx-stowage: {rollout: {strategy: blue-green, keep-old: 2m}}')}`;
    expect(workload(text).rollout).toEqual({
      strategy: 'blue-green',
      order: 'start-first',
      parallelism: 1,
      delayMs: 5000,
      minReadySeconds: 0,
      monitorMs: 20_000,
      maxFailureRatio: 0,
      failureAction: 'pause',
      keepOldSeconds: 120,
      checks: [],
    });
  });

  it('reads canary steps and checks', () => {
    const body =
      'x-stowage: {rollout: {strategy: canary, canary: [{weight: 10, pause: 2m}, {pause: until-promoted}], checks: [{http: /up, max-latency: 300ms}, {exec: [true]}]}}'.replace(
        '[true]',
        '["true"]',
      );
    expect(workload(service(body)).rollout).toMatchObject({
      canary: [{ weightPercent: 10 }, { pauseSeconds: 120 }, { pause: 'until-promoted' }],
      checks: [
        { type: 'http', url: '/up', status: 200, maxLatencyMs: 300, timeoutSeconds: 30 },
        { type: 'exec', command: ['true'], timeoutSeconds: 30 },
      ],
    });
  });
});

describe('endpoints, networks, volumes, payloads', () => {
  it('publishes ports and gives the service its name', () => {
    const [web] = desiredOf(
      service('ports: ["127.0.0.1:8080:80", {target: 90, published: "91", mode: host}]\nexpose: [70]'),
    ).endpoints.filter(({ id }) => id === 'web');
    expect(web?.names).toEqual(['web']);
    expect(web?.ports).toEqual([
      { port: 80, targetPort: 80, protocol: 'tcp', publish: { via: 'auto', hostIp: '127.0.0.1', hostPort: 8080 } },
      { port: 90, targetPort: 90, protocol: 'tcp', publish: { via: 'host', hostPort: 91 } },
      { port: 70, targetPort: 70, protocol: 'tcp' },
    ]);
  });

  it('gives container_name and link aliases as names on the networks', () => {
    const text = 'services:\n  db: {image: d, container_name: main-db}\n  web: {image: w, links: ["db:sql"]}\n';
    const { network } = workload(text, 'db').template;
    expect(network).toEqual({ mode: 'networks', attachments: [{ network: 'default', aliases: ['main-db', 'sql'] }] });
  });

  it('keeps bytes out of the state and refers to them by digest', () => {
    const text = `${service('secrets: [{source: key, mode: 0400}]\nconfigs: [conf]')}secrets: {key: {environment: TOKEN}}\nconfigs: {conf: {file: ./c, x-stowage: {on-change: {signal: HUP}}}}`;
    const compiled = compile(text, { '/p/c': 'listen 80' });
    expect(JSON.stringify(compiled.desired)).not.toContain('shh');
    expect(compiled.desired?.secrets).toMatchObject([{ id: 'key', sizeBytes: 3, external: false }]);
    expect(compiled.desired?.configs).toMatchObject([{ id: 'conf', onChange: { signal: 'HUP' } }]);
    expect(compiled.payloads.size).toBe(2);
    const [container] = compiled.desired?.workloads.find(({ id }) => id === 'web')?.template.containers ?? [];
    expect(container?.files.map(({ target, mode }) => [target, mode])).toEqual([
      ['/conf', 0o444],
      ['/run/secrets/key', 0o400],
    ]);
  });

  it('makes mounts of every kind', () => {
    const body =
      'volumes: [data:/a, ./x:/b:ro, /c, {type: tmpfs, target: /d, tmpfs: {size: 1m}}]\ntmpfs: ["/e:size=2m,mode=1777"]\nvolumes_from: ["db:ro"]';
    const mounts = workload(`${service(body)}volumes: {data: }`).template.containers[0]?.mounts;
    expect(mounts).toEqual([
      { source: { type: 'volume', volume: 'data' }, target: '/a', readOnly: false },
      { source: { type: 'bind', path: '/p/x', createHostPath: true }, target: '/b', readOnly: true },
      { source: { type: 'anonymous' }, target: '/c', readOnly: false },
      { source: { type: 'tmpfs', sizeBytes: 1048576 }, target: '/d', readOnly: false },
      { source: { type: 'tmpfs', sizeBytes: 2097152, mode: 0o1777 }, target: '/e', readOnly: false },
      { source: { type: 'from-workload', workload: 'db' }, target: '', readOnly: true },
    ]);
  });
});

describe('what is not honoured', () => {
  it('is a warning at its place, and a note where it has no part in a deployment', () => {
    expect(findings(service('build: .\ncpu_count: 2\nlinks: [db]\ncontainer_name: one'))).toEqual([
      'note compose/not-applicable services.web.build',
      'warning compose/not-honoured services.web.cpu_count',
      'warning compose/not-honoured services.web.container_name',
    ]);
  });
});

describe('files of version 1', () => {
  it('are modernised with a warning', () => {
    const text =
      'web:\n  build: .\n  dockerfile: D\n  links: [db]\n  log_driver: syslog\n  volumes_from: [db]\ndb:\n  image: d\n  net: host\n';
    expect(findings(text)).toEqual(['warning compose/version-1 ', 'note compose/not-applicable services.web.build']);
    const web = workload(text);
    expect(web.template.containers[0]).toMatchObject({
      image: 'p-web',
      pullPolicy: 'build',
      logging: { driver: 'syslog' },
    });
    expect(web.dependsOn.map((d) => d.workload)).toEqual(['db']);
    expect(workload(text, 'db').template.network).toEqual({ mode: 'host' });
  });
});

describe('every fixture', () => {
  it('of the demo compiles', () => {
    const path = join(import.meta.dirname, '../../../fixtures/compose/web-and-database/compose.yaml');
    const text = readFileSync(path, 'utf8');
    expect(desiredOf(text, { '/p/web.env': 'A=1', '/p/password.txt': 'x' }).workloads).toHaveLength(2);
  });
});

describe('configs and secrets from elsewhere', () => {
  const secret = (from: string) =>
    compile(`services: {web: {image: w, secrets: [s]}}\nsecrets: {s: {x-stowage: {from: ${from}}}}\n`);

  it.each([
    ['{command: [op, read, x]}', { type: 'command', command: ['op', 'read', 'x'] }],
    ['{sops: s.yaml}', { type: 'sops', file: 's.yaml' }],
    ['{sops: s.yaml, key: a.b}', { type: 'sops', file: 's.yaml', key: 'a.b' }],
    ['{age: s.age}', { type: 'age', file: 's.age' }],
    ['{age: s.age, identity: k}', { type: 'age', file: 's.age', identity: 'k' }],
  ])('%s is asked for', (from, request) => {
    const { requests, diagnostics } = secret(from);
    expect(diagnostics).toEqual([]);
    expect(requests).toEqual([request]);
  });

  it.each([['{}'], ['{age: s.age, sops: s.yaml}'], ['{command: [op], identity: k}']])('%s is refused', (from) => {
    expect(secret(from).diagnostics.map(({ severity }) => severity)).toContain('error');
  });
});
