import type { HealthCheck } from '../../../model/desired.ts';
import type { ContainerSpec, SpecAttachment, SpecMount, SpecNetwork, SpecResources } from '../../../model/spec.ts';
import { shellQuote } from './shell-quote.ts';

/** A word of a command: text to be quoted, or shell as it stands. */
export type Word = string | { readonly raw: string };

type Flags<T> = { readonly [K in keyof Required<T>]: (value: NonNullable<T[K]>) => readonly Word[] };

const one = (flag: string) => (value: string | number) => [flag, String(value)];
const each = (flag: string) => (values: readonly string[]) => values.flatMap((value) => [flag, value]);
const set = (flag: string) => (value: boolean) => (value ? [flag] : []);
const none = (): readonly Word[] => [];

/** `--label a=1 --label b=2`, sorted. */
export function pairs(flag: string, map: Readonly<Record<string, string>>): string[] {
  const keys = Object.keys(map).sort();
  return keys.flatMap((key) => [flag, `${key}=${map[key]}`]);
}

/** Flags of `docker create` for every attribute of a container; one without an entry does not compile. */
const CREATE: Flags<ContainerSpec> = {
  // What is no flag: the command names image, command and files elsewhere.
  name: one('--name'),
  image: none,
  imageDigest: none,
  command: none,
  files: none,
  platform: one('--platform'),
  hostname: one('--hostname'),
  domainname: one('--domainname'),
  user: one('--user'),
  workingDir: one('--workdir'),
  entrypoint: ([program = '']) => ['--entrypoint', program],
  env: environment,
  network: networkWords,
  ports: (ports) => ports.flatMap((p) => ['--publish', portText(p)]),
  exposed: each('--expose'),
  mounts: (mounts) => mounts.flatMap(mountWords),
  extraHosts: each('--add-host'),
  dns: ({ servers, search, options }) => [
    ...each('--dns')(servers),
    ...each('--dns-search')(search),
    ...each('--dns-option')(options),
  ],
  groupAdd: each('--group-add'),
  capAdd: each('--cap-add'),
  capDrop: each('--cap-drop'),
  securityOptions: each('--security-opt'),
  devices: (devices) => devices.flatMap((d) => ['--device', `${d.source}:${d.target}:${d.permissions}`]),
  deviceRequests: (requests) => requests.flatMap((r) => ['--gpus', gpuText(r)]),
  deviceCgroupRules: each('--device-cgroup-rule'),
  ulimits: (ulimits) => ulimits.flatMap((u) => ['--ulimit', `${u.name}=${u.soft}:${u.hard}`]),
  sysctls: (sysctls) => pairs('--sysctl', sysctls),
  init: set('--init'),
  tty: set('--tty'),
  stdinOpen: set('--interactive'),
  readOnlyRoot: set('--read-only'),
  privileged: set('--privileged'),
  stopSignal: one('--stop-signal'),
  stopGraceSeconds: one('--stop-timeout'),
  runtime: one('--runtime'),
  isolation: one('--isolation'),
  pid: one('--pid'),
  ipc: one('--ipc'),
  uts: one('--uts'),
  usernsMode: one('--userns'),
  cgroup: one('--cgroupns'),
  cgroupParent: one('--cgroup-parent'),
  shmSizeBytes: one('--shm-size'),
  storageOptions: (options) => pairs('--storage-opt', options),
  oomScoreAdj: one('--oom-score-adj'),
  oomKillDisable: set('--oom-kill-disable'),
  health: healthFlags,
  logging: ({ driver, options }) => ['--log-driver', driver, ...pairs('--log-opt', options)],
  resources: resourceFlags,
  restart: (restart) => ['--restart', restartText(restart)],
  labels: none,
};

const RESOURCES: Flags<SpecResources> = {
  nanoCpus: (value) => ['--cpus', String(value / 1e9)],
  memoryBytes: one('--memory'),
  memoryReservationBytes: one('--memory-reservation'),
  memorySwapBytes: one('--memory-swap'),
  memorySwappiness: one('--memory-swappiness'),
  pids: one('--pids-limit'),
  cpuShares: one('--cpu-shares'),
  cpuPeriodMicros: one('--cpu-period'),
  cpuQuotaMicros: one('--cpu-quota'),
  cpuRealtimePeriodMicros: one('--cpu-rt-period'),
  cpuRealtimeRuntimeMicros: one('--cpu-rt-runtime'),
  cpuSet: one('--cpuset-cpus'),
  blkio: blkioFlags,
};

/** All flags of `docker create` but the labels. */
export function createFlags(spec: ContainerSpec): Word[] {
  return flagsOf(CREATE, spec);
}

/** Flags of `docker create` and `docker update`. */
export function resourceFlags(resources: SpecResources): Word[] {
  return flagsOf(RESOURCES, resources);
}

function flagsOf<T extends object>(table: Flags<T>, value: T): Word[] {
  return (Object.keys(table) as (keyof T & string)[]).flatMap((key) => {
    const attribute = value[key];
    return attribute === undefined || attribute === null ? [] : [...table[key](attribute)];
  });
}

/** What `docker create` has no words for, a line each; a reader has to know that the script differs there. */
export function unsaid(spec: ContainerSpec): string[] {
  const [kind] = spec.health?.test ?? [];
  const attachments = spec.network.mode === 'networks' ? spec.network.attachments : [];
  return [
    ...(kind === 'CMD' ? ['the health check runs through a shell here: docker has no flag for one without'] : []),
    ...(attachments.some((a) => a.gatewayPriority !== undefined) ? ['the priority of its gateways'] : []),
  ];
}

export function restartText({ name, maxAttempts }: ContainerSpec['restart']): string {
  return maxAttempts === undefined ? name : `${name}:${maxAttempts}`;
}

/** A secret value is read from its file when the script runs. */
function environment(env: ContainerSpec['env']): Word[] {
  return Object.keys(env)
    .sort()
    .flatMap((name): Word[] => {
      const value = env[name] ?? { value: '' };
      if ('value' in value) return ['--env', `${name}=${value.value}`];
      return ['--env', { raw: `"${name}=$(cat "$STOWAGE_FILES/${value.digest.replace('sha256:', '')}")"` }];
    });
}

function networkWords(network: SpecNetwork): string[] {
  if (network.mode === 'container') return ['--network', `container:${network.container}`];
  if (network.mode !== 'networks') return ['--network', network.mode];
  const [first] = network.attachments;
  if (first === undefined) return ['--network', 'none'];
  const options = Object.entries(first.driverOptions ?? {}).map(([key, value]) => `,driver-opt=${key}=${value}`);
  return [
    '--network',
    options.length === 0 ? first.network : `name=${first.network}${options.join('')}`,
    ...first.aliases.flatMap((a) => ['--network-alias', a]),
    ...(first.macAddress ? ['--mac-address', first.macAddress] : []),
    ...addressFlags(first),
  ];
}

/** Of the first network at create, and of any other at `docker network connect`. */
export function addressFlags({ ipv4Address, ipv6Address, linkLocalIps = [] }: SpecAttachment): string[] {
  return [
    ...(ipv4Address ? ['--ip', ipv4Address] : []),
    ...(ipv6Address ? ['--ip6', ipv6Address] : []),
    ...linkLocalIps.flatMap((ip) => ['--link-local-ip', ip]),
  ];
}

function portText({ hostIp, hostPort, hostPortEnd, containerPort, protocol }: ContainerSpec['ports'][number]): string {
  const onHost = hostPortEnd ? `${hostPort}-${hostPortEnd}` : String(hostPort || '');
  return `${hostIp ? `${hostIp.includes(':') ? `[${hostIp}]` : hostIp}:` : ''}${onHost}:${containerPort}/${protocol}`;
}

function mountWords(mount: SpecMount): string[] {
  switch (mount.type) {
    case 'volumes-from':
      return ['--volumes-from', `${mount.container}:${mount.readOnly ? 'ro' : 'rw'}`];
    case 'volume':
      return mountFlag(mount, [
        ...(mount.volume ? [`source=${mount.volume}`] : []),
        ...(mount.subpath ? [`volume-subpath=${mount.subpath}`] : []),
        ...(mount.noCopy ? ['volume-nocopy'] : []),
      ]);
    case 'bind':
      return bindWords(mount);
    case 'tmpfs':
      return mountFlag(mount, [
        ...(mount.sizeBytes === undefined ? [] : [`tmpfs-size=${mount.sizeBytes}`]),
        ...(mount.mode === undefined ? [] : [`tmpfs-mode=${mount.mode.toString(8)}`]),
      ]);
    case 'image':
      return mountFlag(mount, [`source=${mount.image}`, ...(mount.subpath ? [`image-subpath=${mount.subpath}`] : [])]);
    default:
      return mountFlag(mount, [`source=${mount.source}`]);
  }
}

function mountFlag({ type, target, readOnly }: SpecMount, options: readonly string[]): string[] {
  return ['--mount', [`type=${type}`, `target=${target}`, ...options, ...(readOnly ? ['readonly'] : [])].join(',')];
}

/** Only `--volume` makes a folder that is missing on the host. */
function bindWords(mount: Extract<SpecMount, { type: 'bind' }>): string[] {
  if (mount.createHostPath || mount.selinux !== undefined) {
    const options = [mount.readOnly ? 'ro' : 'rw', mount.selinux, mount.propagation].filter(Boolean);
    return ['--volume', `${mount.source}:${mount.target}:${options.join(',')}`];
  }
  return mountFlag(mount, [
    `source=${mount.source}`,
    ...(mount.propagation ? [`bind-propagation=${mount.propagation}`] : []),
    ...(mount.recursive ? [`bind-recursive=${mount.recursive}`] : []),
  ]);
}

function healthFlags(health: HealthCheck): string[] {
  const [kind, ...test] = health.test ?? [];
  if (kind === 'NONE') return ['--no-healthcheck'];
  const ms = (flag: string, value: number | undefined) => (value === undefined ? [] : [flag, `${value}ms`]);
  const command = kind === 'CMD' ? test.map(shellQuote).join(' ') : test.join(' ');
  return [
    ...(test.length === 0 ? [] : ['--health-cmd', command]),
    ...ms('--health-interval', health.intervalMs),
    ...ms('--health-timeout', health.timeoutMs),
    ...ms('--health-start-period', health.startPeriodMs),
    ...ms('--health-start-interval', health.startIntervalMs),
    ...(health.retries === undefined ? [] : ['--health-retries', String(health.retries)]),
  ];
}

function gpuText({ driver, count, deviceIds, capabilities }: NonNullable<ContainerSpec['deviceRequests']>[number]) {
  return [
    ...(driver ? [`driver=${driver}`] : []),
    ...(count === undefined ? [] : [`count=${count}`]),
    ...(deviceIds && deviceIds.length > 0 ? [`"device=${deviceIds.join(',')}"`] : []),
    `"capabilities=${capabilities.join(',')}"`,
  ].join(',');
}

const BLKIO: Readonly<Record<string, string>> = {
  device_read_bps: '--device-read-bps',
  device_read_iops: '--device-read-iops',
  device_write_bps: '--device-write-bps',
  device_write_iops: '--device-write-iops',
};

function blkioFlags(blkio: Readonly<Record<string, unknown>>): string[] {
  const list = (key: string) => (Array.isArray(blkio[key]) ? (blkio[key] as Readonly<Record<string, unknown>>[]) : []);
  return [
    ...(blkio.weight === undefined ? [] : ['--blkio-weight', String(blkio.weight)]),
    ...list('weight_device').flatMap((d) => ['--blkio-weight-device', `${d.path}:${d.weight}`]),
    ...Object.entries(BLKIO).flatMap(([key, flag]) => list(key).flatMap((d) => [flag, `${d.path}:${d.rate}`])),
  ];
}
