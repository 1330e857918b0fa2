import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostReport } from '../../src/model/host-report.ts';
import type { Override } from '../../src/model/overrides.ts';
import type { ReplicaReport } from '../../src/model/replica-report.ts';
import { hostsJson, replicasJson, validateJson } from '../../src/render/json.ts';
import { logLineJson } from '../../src/render/logs.ts';
import { samplePlan } from '../render/sample-plan.ts';
import { OUTPUTS, SCHEMA_FOLDER, SCHEMA_NAMES, schemaErrors } from './output-schemas.ts';
import { runCli, workspace } from './run-cli.ts';

function expectValid(schema: string, value: unknown): void {
  expect(schemaErrors(schema, value)).toEqual([]);
}

const diagnostic = {
  severity: 'error',
  code: 'host/unreachable',
  message: 'host cannot be reached',
  where: 'host web-2',
  position: { file: '/a', line: 1, column: 1 },
  evidence: [{ title: 'state', lines: ['exited'] }],
} as const;

const entry = {
  name: 'web-1',
  address: { type: 'ssh', host: 'one', user: 'deploy' },
  labels: { zone: 'a' },
  taints: [{ key: 'dedicated', value: 'web', effect: 'NoSchedule' }],
  capacity: { cpus: 2, memoryBytes: 1024, ephemeralStorageBytes: 5, pods: 3, generic: { gpu: 1 } },
} as const;

const hosts: readonly HostReport[] = [
  { entry, reachable: false, error: diagnostic },
  {
    entry,
    reachable: true,
    containers: { running: 1, total: 2 },
    marks: { cordoned: true, drained: false },
    engine: {
      id: 'a',
      hostname: 'h',
      version: '20.10',
      apiVersion: '1.41',
      os: 'linux',
      architecture: 'x86_64',
      cpus: 2,
      memoryBytes: 1,
      labels: {},
      storageDriver: 'overlay2',
      runtimes: ['runc'],
      swarm: { state: 'active', isManager: true, nodeId: 'n', clusterId: 'c', advertiseAddress: '10.0.0.1' },
      liveRestore: false,
      warnings: [],
    },
  },
];

const override: Override = { workload: 'web', what: 'replicas', from: '3', to: '4', revision: 4 };

const replica: ReplicaReport = {
  stack: 'shop',
  workload: 'web',
  ordinal: 1,
  container: 'web',
  role: 'main',
  host: 'web-1',
  id: 'abc',
  name: 'shop-web-1',
  image: 'web:1',
  state: 'exited',
  health: 'none',
  exitCode: 1,
  status: 'Exited (1)',
  createdAt: 1,
  revision: '3',
  ports: [{ hostIp: '0.0.0.0', hostPort: 80, containerPort: 8080, protocol: 'tcp' }],
};

describe('the published schemas', () => {
  it.each(SCHEMA_NAMES)('%s is a schema and says what it is of', (name) => {
    expect(() => schemaErrors(basename(name, '.schema.json'), {})).not.toThrow();
    const schema = JSON.parse(readFileSync(join(SCHEMA_FOLDER, name), 'utf8')) as { title?: string; $id?: string };
    expect(schema.title).toBeTruthy();
    expect(schema.$id).toMatch(/^urn:stowage:schema:/);
  });

  it('are there for every command', () => {
    const manifest = JSON.parse(readFileSync(join(SCHEMA_FOLDER, '..', 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, unknown>;
    };
    const commands = Object.keys(manifest.commands).map((id) => id.replaceAll(':', ' '));
    expect(Object.keys(OUTPUTS).sort()).toEqual(commands.sort());
    const named = new Set(Object.values(OUTPUTS).flat());
    expect([...named].filter((name) => !SCHEMA_NAMES.includes(`${name}.schema.json`))).toEqual([]);
  });

  it('plan', () => expectValid('plan', samplePlan()));

  it('would notice a step without what its kind needs', () => {
    const plan = samplePlan();
    const steps = plan.steps.map((s) => (s.kind === 'container.stop' ? { ...s, graceSeconds: undefined } : s));
    expect(schemaErrors('plan', { ...plan, steps })).not.toEqual([]);
  });

  it('hosts', () => expectValid('hosts', hostsJson(hosts)));
  it('ps', () => {
    expectValid('ps', replicasJson('shop', [replica], [diagnostic], [override]));
    expectValid('ps', replicasJson(undefined, [], [], []));
  });
  it('validate', () => {
    expectValid('validate', validateJson('shop', []));
    expectValid('validate', validateJson(undefined, [diagnostic]));
  });
  it('log-line', () => {
    const line = { replica, stream: 'stderr', timestamp: '2026-01-01T00:00:00.000000001Z', text: 'x' } as const;
    expectValid('log-line', JSON.parse(logLineJson(line)));
  });

  it('would notice a missing field', () => {
    expect(schemaErrors('ps', { replicas: [{ stack: 'shop' }], unreachable: [] })).not.toEqual([]);
  });
});

describe('what commands print', () => {
  const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
  it.each([
    ['hosts', ['hosts']],
    ['ps', ['ps']],
    ['doctor', ['doctor']],
    ['autocomplete', ['autocomplete']],
    ['error', ['hosts', '--host', 'nosuch']],
    ['error', ['nosuch']],
  ])('fits %s.schema.json', async (schema, args) => {
    expectValid(schema, JSON.parse((await runCli([...args, '--json'], { env })).stdout));
  });

  it('fits init.schema.json', async () => {
    const folder = workspace({});
    try {
      expectValid('init', JSON.parse((await runCli(['init', '--json'], { cwd: folder.path })).stdout));
    } finally {
      folder.remove();
    }
  });
});
