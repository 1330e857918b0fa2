import {
  type Codec,
  type Fields,
  float,
  fromEntries,
  type Json,
  listOf,
  mapOf,
  nonEmpty,
  orNull,
  refuse,
  sortedEntries,
  struct,
  unsigned,
  whenSet,
} from '../canonical/codec.ts';
import { duration, nonZeroDuration, ulimit } from '../canonical/values.ts';
import { isInteger } from '../nodes.ts';
import { fail } from '../session.ts';
import { parseBytes } from '../values/bytes.ts';
import { formatValue } from '../values/format.ts';
import { parsePortSpec } from '../values/port.ts';
import { isFilePath, parseVolumeSpec } from '../values/volume.ts';
import { shlex } from './shlex.ts';

const text: Codec = (node, path, session) => {
  if (node.kind === 'scalar' && (typeof node.value === 'string' || node.value === null)) return node.value ?? '';
  return refuse(node, path, session, 'a string');
};
const boolean: Codec = (node, path, session) =>
  node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : refuse(node, path, session, 'true or false');
const integer: Codec = (node, path, session) => {
  if (node.kind === 'scalar' && typeof node.value === 'number') return Math.trunc(node.value);
  return refuse(node, path, session, 'a whole number');
};

const string = nonEmpty(text);
const flag = nonEmpty(boolean);
const int = nonEmpty(integer);
const count = whenSet(unsigned(Number.POSITIVE_INFINITY));
const strings = nonEmpty(listOf(text));
const optionalDuration = whenSet(duration);

const textList = nonEmpty((node, path, session) => {
  if (node.kind === 'scalar' && typeof node.value === 'string') return [node.value];
  return listOf(text)(node, path, session);
});

/** `KEY=value` lines or a map; `missing` is the value of a key without one. */
function pairs(missing: null | ''): Codec {
  return nonEmpty((node, path, session) => {
    if (node.kind === 'map')
      return sortedEntries(
        [...node.entries.values()].map(({ key, value }) => [
          key,
          value.kind === 'scalar' && value.value === null ? missing : formatValue(value),
        ]),
      );
    if (node.kind !== 'sequence') return refuse(node, path, session, 'a mapping or a list of KEY=value');
    return sortedEntries(
      node.items.map((item): [string, Json] => {
        const line = formatValue(item);
        const at = line.indexOf('=');
        return at < 0 ? [line, missing] : [line.slice(0, at), line.slice(at + 1)];
      }),
    );
  });
}
const labels = pairs('');

const size: Codec = nonEmpty((node, path, session) => {
  const value = node.kind === 'scalar' ? node.value : undefined;
  const bytes =
    typeof value === 'string'
      ? parseBytes(value)
      : node.kind === 'scalar' && isInteger(node)
        ? Number(value)
        : undefined;
  if (bytes === undefined) return refuse(node, path, session, 'a size such as 512m');
  return bytes === 0 ? '' : BigInt(bytes).toString();
});

const command: Codec = nonEmpty((node, path, session) => {
  if (node.kind === 'sequence') return listOf(text)(node, path, session);
  if (node.kind !== 'scalar' || typeof node.value !== 'string')
    return refuse(node, path, session, 'a string or a list');
  return shlex(node.value) ?? refuse(node, path, session, 'a command whose quotes are closed');
});

const healthTest: Codec = nonEmpty((node, path, session) =>
  node.kind === 'scalar' && typeof node.value === 'string'
    ? ['CMD-SHELL', node.value]
    : listOf(text)(node, path, session),
);

const numbers: Codec = nonEmpty((node, path, session) =>
  node.kind === 'sequence' ? node.items.map(formatValue) : refuse(node, path, session, 'a list'),
);

const extraHosts: Codec = nonEmpty((node) => {
  const line = (host: string, address: string) => `${host}:${address.replace(/^\[(.+)\]$/, '$1')}`;
  if (node.kind === 'map')
    return [...node.entries.values()]
      .filter(({ value }) => !(value.kind === 'scalar' && value.value === null))
      .map(({ key, value }) => line(key, formatValue(value)))
      .sort();
  if (node.kind !== 'sequence') return [];
  return node.items.flatMap((item) => {
    const entry = formatValue(item);
    const at = entry.includes('=') ? entry.indexOf('=') : entry.indexOf(':');
    return at < 0 ? [] : [line(entry.slice(0, at), entry.slice(at + 1))];
  });
});

const port: Fields = [
  ['mode', string],
  ['target', nonEmpty(unsigned(4294967295))],
  ['published', nonEmpty(unsigned(4294967295))],
  ['protocol', string],
];

/** Ports in long form; the address of a short form is dropped, a range of the host gives one entry each. */
const ports: Codec = nonEmpty((node, path, session) => {
  if (node.kind !== 'sequence') return refuse(node, path, session, 'a list');
  return node.items.flatMap((item): Json[] => {
    if (item.kind === 'map') return [struct(port)(item, path, session) ?? {}];
    const specs = parsePortSpec(formatValue(item), 'bare');
    if (typeof specs === 'string') {
      fail(session, 'port-syntax', { message: 'a port cannot be read', position: item.position, path, detail: specs });
      return [];
    }
    return specs.flatMap(({ target, published, protocol }) => {
      const [first, last] = (published ?? '0').split('-').map(Number) as [number, number?];
      return Array.from({ length: (last ?? first) - first + 1 }, (_, i) =>
        fromEntries([
          ['mode', 'ingress'],
          ['target', target],
          ...(first + i === 0 ? [] : [['published', first + i] as const]),
          ['protocol', protocol],
        ]),
      );
    });
  });
});

const fileMount: Codec = (node, path, session) => {
  if (node.kind === 'scalar' && typeof node.value === 'string') return { source: node.value };
  return struct([
    ['source', string],
    ['target', string],
    ['uid', string],
    ['gid', string],
    ['mode', whenSet(unsigned(4294967295))],
  ])(node, path, session);
};

const longMount = struct([
  ['type', string],
  ['source', string],
  ['target', string],
  ['read_only', flag],
  ['consistency', string],
  ['bind', whenSet(struct([['propagation', string]]))],
  [
    'volume',
    whenSet(
      struct([
        ['nocopy', flag],
        ['subpath', string],
      ]),
    ),
  ],
  ['image', whenSet(struct([['subpath', string]]))],
  ['tmpfs', whenSet(struct([['size', int]]))],
  ['cluster', whenSet(struct([]))],
]);

const mount: Codec = (node, path, session) => {
  if (node.kind === 'map') return longMount(node, path, session);
  if (node.kind !== 'scalar' || typeof node.value !== 'string')
    return refuse(node, path, session, 'a string or a mapping');
  const spec = parseVolumeSpec(node.value);
  if (typeof spec === 'string') {
    fail(session, 'volume-syntax', { message: 'a mount cannot be read', position: node.position, path, detail: spec });
    return undefined;
  }
  return fromEntries([
    ['type', spec.source !== undefined && isFilePath(spec.source) ? 'bind' : 'volume'],
    ...(spec.source === undefined ? [] : [['source', spec.source] as const]),
    ['target', spec.target],
    ...(spec.readOnly ? [['read_only', true] as const] : []),
    ...(spec.propagation ? [['bind', { propagation: spec.propagation }] as const] : []),
    ...(spec.noCopy ? [['volume', { nocopy: true }] as const] : []),
  ]);
};

const networks: Codec = nonEmpty((node, path, session) => {
  const attachment = orNull(
    struct([
      ['aliases', strings],
      ['driver_opts', labels],
      ['ipv4_address', string],
      ['ipv6_address', string],
    ]),
  );
  if (node.kind === 'sequence') return sortedEntries(node.items.map((item) => [formatValue(item), null]));
  return mapOf(attachment)(node, path, session);
});

const rollout: Fields = [
  ['parallelism', count],
  ['delay', nonEmpty(nonZeroDuration)],
  ['failure_action', string],
  ['monitor', nonEmpty(nonZeroDuration)],
  ['max_failure_ratio', nonEmpty(float)],
  ['order', string],
];
const generic = nonEmpty(
  listOf(
    struct([
      [
        'discrete_resource_spec',
        whenSet(
          struct([
            ['kind', text],
            ['value', (node, path, session) => whenSet(integer)(node, path, session) ?? 0],
          ]),
        ),
      ],
    ]),
  ),
);
const deploy: Fields = [
  ['mode', string],
  ['replicas', count],
  ['labels', labels],
  ['update_config', whenSet(struct(rollout))],
  ['rollback_config', whenSet(struct(rollout))],
  [
    'resources',
    nonEmpty(
      struct([
        [
          'limits',
          whenSet(
            struct([
              ['cpus', string],
              ['memory', size],
              ['pids', int],
            ]),
          ),
        ],
        [
          'reservations',
          whenSet(
            struct([
              ['cpus', string],
              ['memory', size],
              ['generic_resources', generic],
            ]),
          ),
        ],
      ]),
    ),
  ],
  [
    'restart_policy',
    whenSet(
      struct([
        ['condition', string],
        ['delay', optionalDuration],
        ['max_attempts', count],
        ['window', optionalDuration],
      ]),
    ),
  ],
  [
    'placement',
    nonEmpty(
      struct([
        ['constraints', strings],
        ['preferences', nonEmpty(listOf(struct([['spread', string]])))],
        ['max_replicas_per_node', nonEmpty(unsigned(Number.POSITIVE_INFINITY))],
      ]),
    ),
  ],
  ['endpoint_mode', string],
];

const buildFields = struct([
  ['context', string],
  ['dockerfile', string],
  ['args', pairs(null)],
  ['labels', labels],
  ['cache_from', textList],
  ['extra_hosts', extraHosts],
  ['network', string],
  ['target', string],
]);
const build: Codec = nonEmpty((node, path, session) =>
  node.kind === 'scalar' && typeof node.value === 'string' ? { context: node.value } : buildFields(node, path, session),
);

export const stackService: Fields = [
  ['build', build],
  ['cap_add', strings],
  ['cap_drop', strings],
  ['cgroupns_mode', string],
  ['cgroup_parent', string],
  ['command', command],
  ['configs', nonEmpty(listOf(fileMount))],
  ['container_name', string],
  [
    'credential_spec',
    nonEmpty(
      struct([
        ['config', string],
        ['file', string],
        ['registry', string],
      ]),
    ),
  ],
  ['depends_on', strings],
  ['deploy', nonEmpty(struct(deploy))],
  ['devices', strings],
  ['dns', textList],
  ['dns_search', textList],
  ['domainname', string],
  ['entrypoint', command],
  ['environment', pairs(null)],
  ['env_file', textList],
  ['expose', numbers],
  ['external_links', strings],
  ['extra_hosts', extraHosts],
  ['hostname', string],
  [
    'healthcheck',
    whenSet(
      struct([
        ['test', healthTest],
        ['timeout', optionalDuration],
        ['interval', optionalDuration],
        ['retries', count],
        ['start_period', optionalDuration],
        ['start_interval', optionalDuration],
        ['disable', flag],
      ]),
    ),
  ],
  ['image', string],
  ['init', whenSet(boolean)],
  ['ipc', string],
  ['isolation', string],
  ['labels', labels],
  ['links', strings],
  [
    'logging',
    whenSet(
      struct([
        ['driver', string],
        ['options', labels],
      ]),
    ),
  ],
  ['mac_address', string],
  ['network_mode', string],
  ['networks', networks],
  ['pid', string],
  ['ports', ports],
  ['privileged', flag],
  ['read_only', flag],
  ['restart', string],
  ['secrets', nonEmpty(listOf(fileMount))],
  ['security_opt', strings],
  ['shm_size', string],
  ['stdin_open', flag],
  ['stop_grace_period', optionalDuration],
  ['stop_signal', string],
  ['sysctls', labels],
  ['tmpfs', textList],
  ['tty', flag],
  ['ulimits', nonEmpty(mapOf(ulimit))],
  ['user', string],
  ['userns_mode', string],
  ['volumes', nonEmpty(listOf(mount))],
  ['working_dir', string],
];

/** `true`, or the old way to name: `{name: x}`, which is external too. */
const external: Codec = nonEmpty((node) => {
  if (node.kind === 'map') {
    const name = node.entries.get('name')?.value;
    return name?.kind === 'scalar' && typeof name.value === 'string' ? { name: name.value } : true;
  }
  return node.kind === 'scalar' && node.value === true;
});

export const stackNetwork: Fields = [
  ['name', string],
  ['driver', string],
  ['driver_opts', labels],
  [
    'ipam',
    nonEmpty(
      struct([
        ['driver', string],
        ['config', nonEmpty(listOf(struct([['subnet', string]])))],
      ]),
    ),
  ],
  ['external', external],
  ['internal', flag],
  ['attachable', flag],
  ['labels', labels],
];

const topology = nonEmpty(listOf(struct([['segments', labels]])));
const cluster = struct([
  ['group', string],
  [
    'access_mode',
    whenSet(
      struct([
        ['scope', string],
        ['sharing', string],
        [
          'mount_volume',
          whenSet(
            struct([
              ['fs_type', string],
              ['mount_flags', strings],
            ]),
          ),
        ],
        ['block_volume', whenSet(struct([]))],
      ]),
    ),
  ],
  [
    'accessibility_requirements',
    whenSet(
      struct([
        ['requisite', topology],
        ['preferred', topology],
      ]),
    ),
  ],
  [
    'capacity_range',
    whenSet(
      struct([
        ['required_bytes', size],
        ['limit_bytes', size],
      ]),
    ),
  ],
  [
    'secrets',
    nonEmpty(
      listOf(
        struct([
          ['key', string],
          ['secret', string],
        ]),
      ),
    ),
  ],
  ['availability', string],
]);

export const stackVolume: Fields = [
  ['name', string],
  ['driver', string],
  ['driver_opts', labels],
  ['external', external],
  ['labels', labels],
  ['x-cluster-spec', whenSet(cluster)],
];

export const stackFile: Fields = [
  ['name', string],
  ['file', string],
  ['external', external],
  ['labels', labels],
  ['driver', string],
  ['driver_opts', labels],
  ['template_driver', string],
];
