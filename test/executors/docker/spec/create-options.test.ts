import { describe, expect, test } from 'vitest';
import { type CreateOptions, createOptions } from '../../../../src/executors/docker/spec/create-options.ts';
import { LABEL } from '../../../../src/model/labels.ts';
import type { ContainerSpec, SpecMount } from '../../../../src/model/spec.ts';
import { specHash } from '../../../../src/model/spec-hash.ts';

const minimal: ContainerSpec = {
  name: 'shop_web_1',
  image: 'registry.example:5000/web:1',
  env: {},
  labels: { tier: 'front' },
  network: { mode: 'networks', attachments: [{ network: 'shop_front', aliases: ['web'] }] },
  ports: [],
  mounts: [],
  files: [],
  restart: { name: 'unless-stopped' },
  resources: {},
};

const identity = {
  stack: 'shop',
  replica: { workload: 'web', ordinal: 1, container: 'web', role: 'main', pod: 'abc' },
  revision: 7,
} as const;

function translate(change: Partial<ContainerSpec>, apiVersion = '1.41'): CreateOptions {
  return createOptions({ ...minimal, ...change }, identity, [], apiVersion);
}

/** The body as the engine reads it: without absent members. */
function body(change: Partial<ContainerSpec>, apiVersion?: string) {
  return JSON.parse(JSON.stringify(translate(change, apiVersion).body)) as Record<string, Record<string, unknown>>;
}

const mount = (m: SpecMount) => body({ mounts: [m] }).HostConfig;

describe('identity', () => {
  test('stands in the labels, with the specification and its hash', () => {
    expect(body({}).Labels).toMatchObject({
      tier: 'front',
      [LABEL.stack]: 'shop',
      [LABEL.workload]: 'web',
      [LABEL.ordinal]: '1',
      [LABEL.container]: 'web',
      [LABEL.role]: 'main',
      [LABEL.pod]: 'abc',
      [LABEL.revision]: '7',
      [LABEL.specHash]: specHash(minimal),
    });
    expect(JSON.parse(String(body({}).Labels?.[LABEL.spec]))).toEqual(minimal);
  });

  test('does not change the hash: revision, stack and pod are not part of the specification', () => {
    const labelled = { ...minimal, labels: { ...minimal.labels, [LABEL.revision]: '8', [LABEL.pod]: 'def' } };
    expect(specHash(labelled)).toBe(specHash(minimal));
    expect(specHash({ ...minimal, labels: { tier: 'back' } })).not.toBe(specHash(minimal));
  });

  test('a secret value is in no label', () => {
    const env = { PASSWORD: { digest: 'sha256:00ff' } };
    const options = createOptions({ ...minimal, env }, identity, ['PASSWORD=hunter2'], '1.41');
    expect(JSON.stringify((options.body as Record<string, unknown>).Labels)).not.toContain('hunter2');
    expect(options.body).toMatchObject({ Env: ['PASSWORD=hunter2'] });
  });
});

describe('image', () => {
  test.each([
    { image: 'web:1', imageDigest: undefined, expected: 'web:1' },
    { image: 'web:1', imageDigest: 'sha256:aa', expected: 'web@sha256:aa' },
    { image: 'reg:5000/t/web', imageDigest: 'sha256:aa', expected: 'reg:5000/t/web@sha256:aa' },
    { image: 'web@sha256:bb', imageDigest: 'sha256:bb', expected: 'web@sha256:bb' },
  ])('$image with $imageDigest is created as $expected', ({ image, imageDigest, expected }) => {
    expect(translate({ image, imageDigest }).body).toMatchObject({ Image: expected });
  });
});

describe('networks', () => {
  const two: ContainerSpec['network'] = {
    mode: 'networks',
    attachments: [
      { network: 'front', aliases: ['web'], macAddress: '02:42:00:00:00:01' },
      { network: 'back', aliases: ['web', 'api'], ipv4Address: '10.9.0.5' },
    ],
  };

  test('before API 1.44 the first is joined by create, the others after it', () => {
    const options = translate({ network: two });
    expect(body({ network: two })).toMatchObject({
      MacAddress: '02:42:00:00:00:01',
      HostConfig: { NetworkMode: 'front' },
      NetworkingConfig: { EndpointsConfig: { front: { Aliases: ['web'] } } },
    });
    expect(Object.keys(body({ network: two }).NetworkingConfig?.EndpointsConfig as object)).toEqual(['front']);
    expect(options.connectAfter).toMatchObject([
      { network: 'back', endpoint: { Aliases: ['web', 'api'], IPAMConfig: { IPv4Address: '10.9.0.5' } } },
    ]);
  });

  test('from API 1.44 on all are joined by create', () => {
    expect(translate({ network: two }, '1.44').connectAfter).toEqual([]);
    expect(body({ network: two }, '1.44')).toMatchObject({
      NetworkingConfig: {
        EndpointsConfig: { front: { MacAddress: '02:42:00:00:00:01' }, back: { Aliases: ['web', 'api'] } },
      },
    });
  });

  test.each([
    [{ mode: 'host' as const }, 'host'],
    [{ mode: 'none' as const }, 'none'],
    [{ mode: 'container' as const, container: 'shop_web_1_pause' }, 'container:shop_web_1_pause'],
    [{ mode: 'networks' as const, attachments: [] }, 'none'],
  ])('%j', (network, mode) => {
    expect(body({ network }).HostConfig?.NetworkMode).toBe(mode);
  });
});

describe('ports', () => {
  test('several bindings of one port, a range, and a port of the engine’s choice', () => {
    const ports: ContainerSpec['ports'] = [
      { containerPort: 80, protocol: 'tcp', hostPort: 8080 },
      { containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 8081 },
      { containerPort: 53, protocol: 'udp', hostPort: 0 },
      { containerPort: 90, protocol: 'tcp', hostPort: 9000, hostPortEnd: 9010 },
    ];
    expect(body({ ports, exposed: ['70', '71/udp'] })).toMatchObject({
      ExposedPorts: { '80/tcp': {}, '53/udp': {}, '90/tcp': {}, '70/tcp': {}, '71/udp': {} },
      HostConfig: {
        PortBindings: {
          '80/tcp': [
            { HostIp: '', HostPort: '8080' },
            { HostIp: '127.0.0.1', HostPort: '8081' },
          ],
          '53/udp': [{ HostIp: '', HostPort: '' }],
          '90/tcp': [{ HostIp: '', HostPort: '9000-9010' }],
        },
      },
    });
  });
});

describe('mounts', () => {
  test('a named volume', () => {
    const { Mounts } = mount({ type: 'volume', volume: 'data', target: '/data', readOnly: true, noCopy: true }) ?? {};
    expect(Mounts).toEqual([
      { Type: 'volume', Source: 'data', Target: '/data', ReadOnly: true, VolumeOptions: { NoCopy: true } },
    ]);
  });

  test('a bind that may create its folder is said the short way, which every engine understands', () => {
    const bind = { type: 'bind', source: '/srv/x', target: '/x', readOnly: true, createHostPath: true } as const;
    expect(mount(bind)).toMatchObject({ Binds: ['/srv/x:/x:ro'], Mounts: [] });
    expect(mount({ ...bind, selinux: 'z', propagation: 'rshared' })?.Binds).toEqual(['/srv/x:/x:ro,z,rshared']);
  });

  test('a bind that may not, or whose path has a colon, is said the long way', () => {
    const bind = { type: 'bind', source: '/srv/x', target: '/x', readOnly: false, propagation: 'rslave' } as const;
    expect(mount(bind)).toMatchObject({
      Binds: [],
      Mounts: [{ Type: 'bind', Source: '/srv/x', Target: '/x', BindOptions: { Propagation: 'rslave' } }],
    });
    expect(mount({ ...bind, source: '/a:b' })?.Mounts).toMatchObject([{ Source: '/a:b' }]);
  });

  test('files of a read-only container, and files below a tmpfs, get a volume of their own', () => {
    const file = { digest: 'sha256:a', uid: '0', gid: '0', mode: 0o400, secret: true };
    const files = [
      { ...file, target: '/run/secrets/one' },
      { ...file, target: '/data/two' },
    ];
    const mounts: SpecMount[] = [{ type: 'volume', volume: 'd', target: '/data', readOnly: false }];
    const own = (change: Partial<ContainerSpec>) =>
      ((body({ files, mounts, ...change }).HostConfig?.Mounts ?? []) as { Target: string }[]).map((m) => m.Target);
    expect(own({})).toEqual(['/data']);
    expect(own({ readOnlyRoot: true })).toEqual(['/run/secrets', '/data']);
    expect(own({ mounts: [{ type: 'tmpfs', target: '/run', readOnly: false }] })).toEqual(['/run/secrets', '/run']);
  });

  test('mounts of another container', () => {
    expect(mount({ type: 'volumes-from', container: 'other', target: '', readOnly: true })?.VolumesFrom).toEqual([
      'other:ro',
    ]);
  });
});

describe('what the engine is too old for', () => {
  const health = { test: ['CMD', 'true'], startIntervalMs: 500, intervalMs: 1500 };
  test.each<[string, Partial<ContainerSpec>, string, string, 'error' | 'warning']>([
    ['healthcheck.start_interval', { health }, '1.41', '1.44', 'warning'],
    [
      'mounts.volume.subpath',
      { mounts: [{ type: 'volume', volume: 'v', target: '/v', readOnly: false, subpath: 'a' }] },
      '1.44',
      '1.45',
      'error',
    ],
    [
      'mounts.image',
      { mounts: [{ type: 'image', image: 'i', target: '/i', readOnly: true }] },
      '1.47',
      '1.48',
      'error',
    ],
    [
      'networks.gw_priority',
      { network: { mode: 'networks', attachments: [{ network: 'n', aliases: [], gatewayPriority: 1 }] } },
      '1.47',
      '1.48',
      'warning',
    ],
  ])('%s', (field, change, older, newer, severity) => {
    expect(translate(change, older).diagnostics).toMatchObject([
      { severity, code: 'engine/field-unsupported', detail: field, where: 'shop_web_1' },
    ]);
    expect(translate(change, newer).diagnostics).toEqual([]);
  });

  test('is left out of the call', () => {
    expect(body({ health }).Healthcheck).toEqual({ Test: ['CMD', 'true'], Interval: 1_500_000_000 });
    expect(body({ health }, '1.44').Healthcheck).toMatchObject({ StartInterval: 500_000_000 });
  });
});

test('resources and block I/O', () => {
  const blkio = { weight: 300, device_read_bps: [{ path: '/dev/sda', rate: '12mb' }] };
  expect(body({ resources: { nanoCpus: 5e8, memoryBytes: 1e6, pids: 10, blkio } }).HostConfig).toMatchObject({
    NanoCpus: 5e8,
    Memory: 1e6,
    PidsLimit: 10,
    BlkioWeight: 300,
    BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 12 * 1024 * 1024 }],
  });
});
