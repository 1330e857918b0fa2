import type { PlacementRequest, SchedulingHost } from '../../model/placement.ts';
import { parseTaints } from '../../model/taint.ts';

/** The same question as if the host were gone, with everything on it. */
export function withoutHost(request: PlacementRequest, name: string): PlacementRequest {
  return { ...request, hosts: request.hosts.filter((host) => host.name !== name) };
}

/** The same question as if the host had to be emptied. */
export function drainHost(request: PlacementRequest, name: string): PlacementRequest {
  const drain = (host: SchedulingHost): SchedulingHost =>
    host.name === name ? { ...host, availability: 'drained' } : host;
  return { ...request, hosts: request.hosts.map(drain) };
}

/** The same question with one more host, or with another one in the place of one of the same name. */
export function addHost(request: PlacementRequest, host: SchedulingHost): PlacementRequest {
  return { ...request, hosts: [...request.hosts.filter(({ name }) => name !== host.name), host] };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/**
 * Reads `NAME,cpus=4,memory=8G,label=zone=b,taint=gpu:NoSchedule,gpu=2`. `label` and `taint` may be repeated; `os` and
 * `arch` are linux and amd64 unless told; a key that is not known is a countable resource.
 *
 * @returns the host, or what is wrong with the text
 */
export function parseHostSpec(text: string): SchedulingHost | { readonly problem: string } {
  const [name = '', ...fields] = text.split(',');
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) return { problem: `"${name}" is no host name` };
  let host = bareHost(name);
  for (const field of fields) {
    const at = field.indexOf('=');
    if (at <= 0) return { problem: `"${field}" is not key=value` };
    const next = withField(host, field.slice(0, at).trim(), field.slice(at + 1).trim());
    if (typeof next === 'string') return { problem: next };
    host = next;
  }
  return host;
}

function withField(host: SchedulingHost, key: string, value: string): SchedulingHost | string {
  switch (key) {
    case 'cpus':
    case 'memory':
    case 'disk':
    case 'pods':
      return withCapacity(host, key, value);
    case 'label':
      return withLabel(host, value);
    case 'taint': {
      const taints = parseTaints([value])?.add;
      return taints?.length ? { ...host, taints: [...host.taints, ...taints] } : `"${value}" is no taint`;
    }
    case 'os':
      return { ...host, platform: { ...host.platform, os: value } };
    case 'arch':
      return { ...host, platform: { ...host.platform, architecture: value } };
    default:
      return withGeneric(host, key, value);
  }
}

function withCapacity(
  host: SchedulingHost,
  key: 'cpus' | 'memory' | 'disk' | 'pods',
  value: string,
): SchedulingHost | string {
  const amount = key === 'memory' || key === 'disk' ? bytes(value) : Number(value);
  if (amount === undefined || !Number.isFinite(amount) || amount < 0) return `"${value}" is no amount for ${key}`;
  const word = { cpus: 'cpus', memory: 'memoryBytes', disk: 'ephemeralStorageBytes', pods: 'pods' }[key];
  return { ...host, capacity: { ...host.capacity, [word]: amount } };
}

function withLabel(host: SchedulingHost, text: string): SchedulingHost {
  const at = text.indexOf('=');
  const [key, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  return { ...host, labels: { ...host.labels, [key]: value } };
}

function withGeneric(host: SchedulingHost, key: string, value: string): SchedulingHost | string {
  const amount = Number(value);
  if (!Number.isInteger(amount) || amount < 0) return `"${value}" is no number for ${key}`;
  return { ...host, capacity: { ...host.capacity, generic: { ...host.capacity.generic, [key]: amount } } };
}

function bytes(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)i?b?$/i.exec(text);
  return match ? Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1) : undefined;
}

/** A host of one CPU and 1 GiB with nothing on it. */
export function bareHost(name: string): SchedulingHost {
  return {
    name,
    hostname: name,
    engineId: name,
    role: 'worker',
    labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
    engineLabels: {},
    platform: { os: 'linux', architecture: 'amd64' },
    availability: 'active',
    taints: [],
    capacity: { cpus: 1, memoryBytes: 1024 ** 3, generic: {} },
    foreign: { cpus: 0, memoryBytes: 0, generic: {}, replicas: 0, ports: [] },
    running: [],
    volumes: [],
    images: [],
  };
}
