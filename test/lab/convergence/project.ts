import fc from 'fast-check';
import { ATTRIBUTES, type Part, RESOURCES } from './attributes.ts';

/** Attributes that a container without a network of its own cannot have. */
const OF_A_NETWORK = new Set(
  [
    'networks',
    'ports',
    'links',
    'mac_address',
    'sysctls',
    'expose',
    'extra_hosts',
    'dns',
    'dns_search',
    'dns_opt',
  ].concat(['hostname', 'domainname', 'uts']),
);
/** Keys that say the same thing in two ways, or exclude each other. */
const ALIKE: readonly (readonly string[])[] = [
  ['cpus', 'cpu_quota'],
  ['cpus', 'deploy'],
  ['cpu_quota', 'deploy'],
  ['mem_limit', 'deploy'],
  ['pids_limit', 'deploy'],
  ['restart', 'deploy'],
  ['ipc', 'shm_size'],
  ['uts', 'hostname'],
  ['entrypoint', 'image'],
  ['deploy', 'networks'],
  ['deploy', 'mac_address'],
  ['deploy', 'ports'],
  ['image', 'restart'],
  ['image', 'healthcheck'],
  ['pid', 'init'],
  ['read_only', 'volumes'],
  ['user', 'configs'],
];

function excludes(a: Part, b: Part): boolean {
  const has = (part: Part, key: string) => key in part;
  if (Object.keys(a).some((key) => has(b, key))) return true;
  const isOwn = (part: Part) => Object.keys(part).some((key) => OF_A_NETWORK.has(key));
  if ((has(a, 'network_mode') && isOwn(b)) || (has(b, 'network_mode') && isOwn(a))) return true;
  return ALIKE.some(([x = '', y = '']) => (has(a, x) && has(b, y)) || (has(a, y) && has(b, x)));
}

/**
 * A compose project in which every one of the attributes stands once, on as few services as their keys allow, in the
 * order given.
 */
export function project(names: readonly string[]): string {
  const groups: { parts: Part[] }[] = [];
  for (const name of names) {
    const part = ATTRIBUTES[name] ?? {};
    const free = groups.find(({ parts }) => !parts.some((other) => excludes(part, other)));
    if (free === undefined) groups.push({ parts: [part] });
    else free.parts.push(part);
  }
  const base = { image: 'tool:1', stop_grace_period: '1s' };
  const services = groups.map(({ parts }, i) => [`s${i + 1}`, Object.assign({}, base, ...parts)]);
  const target = { ...base, ipc: 'shareable', volumes: ['/shared'] };
  return JSON.stringify({ services: { target, ...Object.fromEntries(services) }, ...RESOURCES }, null, 1);
}

/** All attributes at once. */
export function everything(): string {
  return project(Object.keys(ATTRIBUTES));
}

/** Projects with a choice of the attributes, mixed; the same for the same seed. */
export function generated(seed: number, count: number): string[] {
  const choice = fc.shuffledSubarray(Object.keys(ATTRIBUTES), { minLength: 8, maxLength: 24 });
  return fc.sample(choice.map(project), { seed, numRuns: count });
}
