import {
  always,
  boolean,
  type Codec,
  type Fields,
  float,
  integer,
  listOf,
  mapOf,
  nonEmpty,
  orNull,
  printedAs,
  struct,
  text,
  unsigned,
  whenSet,
} from './codec.ts';
import {
  bytes,
  command,
  cpus,
  deviceCount,
  duration,
  environment,
  extraHosts,
  fileMode,
  healthTest,
  mapping,
  nonZeroDuration,
  options,
  repeatableOptions,
  sshKeys,
  stringList,
  stringOrNumberList,
  ulimit,
} from './values.ts';

const string = nonEmpty(text);
const flag = nonEmpty(boolean);
const optionalFlag = whenSet(boolean);
const int = nonEmpty(integer);
const optionalInt = whenSet(integer);
const single = nonEmpty(float);
const size = nonEmpty(bytes);
const strings = nonEmpty(listOf(text));
const textList = nonEmpty(stringList);
const pairs = nonEmpty(mapping);
const variables = nonEmpty(environment);
const optionalDuration = whenSet(duration);
const optionalUnsigned = whenSet(unsigned(Number.POSITIVE_INFINITY));
const texts = nonEmpty(mapOf(text));

const list = (fields: Fields): Codec => nonEmpty(listOf(struct(fields)));
const optional = (fields: Fields): Codec => whenSet(struct(fields));

const fileMounts = list([
  ['source', string],
  ['target', string],
  ['uid', string],
  ['gid', string],
  ['mode', whenSet(fileMode)],
]);
const ulimits = nonEmpty(mapOf(ulimit));
const deviceRequests = list([
  ['capabilities', strings],
  ['driver', string],
  ['count', nonEmpty(deviceCount)],
  ['device_ids', strings],
  ['options', pairs],
]);
const hook: Fields = [
  ['command', command],
  ['user', string],
  ['privileged', flag],
  ['working_dir', string],
  ['environment', variables],
];

const build: Fields = [
  ['context', string],
  ['dockerfile', string],
  ['dockerfile_inline', string],
  ['entitlements', strings],
  ['args', variables],
  ['provenance', string],
  ['sbom', string],
  ['ssh', nonEmpty(sshKeys)],
  ['labels', pairs],
  ['cache_from', textList],
  ['cache_to', textList],
  ['no_cache', flag],
  ['additional_contexts', pairs],
  ['pull', flag],
  ['extra_hosts', nonEmpty(extraHosts)],
  ['isolation', string],
  ['network', string],
  ['target', string],
  ['secrets', fileMounts],
  ['shm_size', size],
  ['tags', textList],
  ['ulimits', ulimits],
  ['platforms', textList],
  ['privileged', flag],
];

const develop: Fields = [
  [
    'watch',
    list([
      ['path', text],
      ['action', text],
      ['target', string],
      ['exec', always(struct(hook))],
      ['include', strings],
      ['ignore', strings],
      ['initial_sync', flag],
    ]),
  ],
];

const throttles = list([
  ['path', printedAs('Path', text)],
  ['rate', printedAs('Rate', (node, path, session) => bytes(node, path, session) || '0')],
]);
const uint16 = unsigned(65535);
const blkio: Fields = [
  ['weight', nonEmpty(uint16)],
  [
    'weight_device',
    list([
      ['path', printedAs('Path', text)],
      ['weight', printedAs('Weight', (node, path, session) => whenSet(uint16)(node, path, session) ?? 0)],
    ]),
  ],
  ['device_read_bps', throttles],
  ['device_read_iops', throttles],
  ['device_write_bps', throttles],
  ['device_write_iops', throttles],
];

const rollout: Fields = [
  ['parallelism', optionalUnsigned],
  ['delay', nonEmpty(nonZeroDuration)],
  ['failure_action', string],
  ['monitor', nonEmpty(nonZeroDuration)],
  ['max_failure_ratio', single],
  ['order', string],
];
const resource: Fields = [
  ['cpus', nonEmpty(cpus)],
  ['memory', size],
  ['pids', int],
  ['devices', deviceRequests],
  [
    'generic_resources',
    list([
      [
        'discrete_resource_spec',
        optional([
          ['kind', text],
          ['value', (node, path, session) => whenSet(integer)(node, path, session) ?? 0],
        ]),
      ],
    ]),
  ],
];
const deploy: Fields = [
  ['mode', string],
  ['replicas', optionalInt],
  ['labels', pairs],
  ['update_config', optional(rollout)],
  ['rollback_config', optional(rollout)],
  [
    'resources',
    always(
      struct([
        ['limits', optional(resource)],
        ['reservations', optional(resource)],
      ]),
    ),
  ],
  [
    'restart_policy',
    optional([
      ['condition', string],
      ['delay', optionalDuration],
      ['max_attempts', optionalUnsigned],
      ['window', optionalDuration],
    ]),
  ],
  [
    'placement',
    always(
      struct([
        ['constraints', strings],
        ['preferences', list([['spread', string]])],
        ['max_replicas_per_node', nonEmpty(unsigned(Number.POSITIVE_INFINITY))],
      ]),
    ),
  ],
  ['endpoint_mode', string],
];

const healthcheck: Fields = [
  ['test', nonEmpty(healthTest)],
  ['timeout', optionalDuration],
  ['interval', optionalDuration],
  ['retries', optionalUnsigned],
  ['start_period', optionalDuration],
  ['start_interval', optionalDuration],
  ['disable', flag],
];

const attachment: Fields = [
  ['aliases', strings],
  ['driver_opts', nonEmpty(options)],
  ['gw_priority', int],
  ['interface_name', string],
  ['ipv4_address', string],
  ['ipv6_address', string],
  ['link_local_ips', strings],
  ['mac_address', string],
  ['priority', int],
];

const ports = list([
  ['name', string],
  ['mode', string],
  ['host_ip', string],
  ['target', nonEmpty(unsigned(4294967295))],
  ['published', string],
  ['protocol', string],
  ['app_protocol', string],
]);

const volumes = list([
  ['type', string],
  ['source', string],
  ['target', string],
  ['read_only', flag],
  ['consistency', string],
  [
    'bind',
    optional([
      ['selinux', string],
      ['propagation', string],
      ['create_host_path', flag],
      ['recursive', string],
    ]),
  ],
  [
    'volume',
    optional([
      ['labels', pairs],
      ['nocopy', flag],
      ['subpath', string],
    ]),
  ],
  [
    'tmpfs',
    optional([
      ['size', size],
      ['mode', nonEmpty(unsigned(4294967295))],
    ]),
  ],
  ['image', optional([['subpath', string]])],
]);

const dependency: Fields = [
  ['condition', string],
  ['restart', flag],
  ['required', (node, path, session) => whenSet(boolean)(node, path, session) ?? false],
];

const envFiles = list([
  ['path', string],
  ['required', (node, path, session) => whenSet(boolean)(node, path, session) ?? false],
  ['format', string],
]);

/** Fields of a service, in the order the reference prints them. */
export const serviceFields: Fields = [
  ['profiles', strings],
  ['annotations', pairs],
  ['attach', optionalFlag],
  ['build', optional(build)],
  ['develop', optional(develop)],
  ['blkio_config', optional(blkio)],
  ['cap_add', strings],
  ['cap_drop', strings],
  ['cgroup_parent', string],
  ['cgroup', string],
  ['cpu_count', int],
  ['cpu_percent', single],
  ['cpu_period', int],
  ['cpu_quota', int],
  ['cpu_rt_period', int],
  ['cpu_rt_runtime', int],
  ['cpus', single],
  ['cpuset', string],
  ['cpu_shares', int],
  ['command', command],
  ['configs', fileMounts],
  ['container_name', string],
  [
    'credential_spec',
    optional([
      ['config', string],
      ['file', string],
      ['registry', string],
    ]),
  ],
  ['depends_on', nonEmpty(mapOf(struct(dependency)))],
  ['deploy', optional(deploy)],
  ['device_cgroup_rules', strings],
  [
    'devices',
    list([
      ['source', string],
      ['target', string],
      ['permissions', string],
    ]),
  ],
  ['dns', textList],
  ['dns_opt', strings],
  ['dns_search', textList],
  ['domainname', string],
  ['entrypoint', command],
  [
    'provider',
    optional([
      ['type', string],
      ['options', nonEmpty(repeatableOptions)],
    ]),
  ],
  ['environment', variables],
  ['env_file', envFiles],
  ['expose', nonEmpty(stringOrNumberList)],
  [
    'extends',
    optional([
      ['file', string],
      ['service', string],
    ]),
  ],
  ['external_links', strings],
  ['extra_hosts', nonEmpty(extraHosts)],
  ['group_add', strings],
  ['gpus', deviceRequests],
  ['hostname', string],
  ['healthcheck', optional(healthcheck)],
  ['image', string],
  ['init', optionalFlag],
  ['ipc', string],
  ['isolation', string],
  ['labels', pairs],
  ['label_file', strings],
  ['links', strings],
  [
    'logging',
    optional([
      ['driver', string],
      ['options', nonEmpty(options)],
    ]),
  ],
  ['mem_limit', size],
  ['mem_reservation', size],
  ['memswap_limit', size],
  ['mem_swappiness', size],
  ['mac_address', string],
  [
    'models',
    nonEmpty(
      mapOf(
        orNull(
          struct([
            ['endpoint_var', string],
            ['model_var', string],
          ]),
        ),
      ),
    ),
  ],
  ['network_mode', string],
  ['networks', nonEmpty(mapOf(orNull(struct(attachment))))],
  ['oom_kill_disable', flag],
  ['oom_score_adj', int],
  ['pid', string],
  ['pids_limit', int],
  ['platform', string],
  ['ports', ports],
  ['privileged', flag],
  ['pull_policy', string],
  ['read_only', flag],
  ['restart', string],
  ['runtime', string],
  ['scale', optionalInt],
  ['secrets', fileMounts],
  ['security_opt', strings],
  ['shm_size', size],
  ['stdin_open', flag],
  ['stop_grace_period', optionalDuration],
  ['stop_signal', string],
  ['storage_opt', texts],
  ['sysctls', pairs],
  ['tmpfs', textList],
  ['tty', flag],
  ['ulimits', ulimits],
  ['use_api_socket', flag],
  ['user', string],
  ['userns_mode', string],
  ['uts', string],
  ['volumes', volumes],
  ['volumes_from', strings],
  ['working_dir', string],
  ['post_start', list(hook)],
  ['pre_stop', list(hook)],
];

const networkFields: Fields = [
  ['name', string],
  ['driver', string],
  ['driver_opts', nonEmpty(options)],
  [
    'ipam',
    always(
      struct([
        ['driver', string],
        [
          'config',
          list([
            ['subnet', string],
            ['gateway', string],
            ['ip_range', string],
            ['aux_addresses', pairs],
          ]),
        ],
      ]),
    ),
  ],
  ['external', flag],
  ['internal', flag],
  ['attachable', flag],
  ['labels', pairs],
  ['enable_ipv4', optionalFlag],
  ['enable_ipv6', optionalFlag],
];

const volumeFields: Fields = [
  ['name', string],
  ['driver', string],
  ['driver_opts', nonEmpty(options)],
  ['external', flag],
  ['labels', pairs],
];

const fileFields: Fields = [
  ['name', string],
  ['file', string],
  ['environment', string],
  ['content', string],
  ['external', flag],
  ['labels', pairs],
  ['driver', string],
  ['driver_opts', texts],
  ['template_driver', string],
];

const modelFields: Fields = [
  ['name', string],
  ['model', string],
  ['context_size', int],
  ['runtime_flags', strings],
];

/** Sections of a project, in the order they are printed. */
export const sections: Readonly<Record<string, Codec>> = {
  services: mapOf(struct(serviceFields)),
  networks: mapOf(struct(networkFields)),
  volumes: mapOf(struct(volumeFields)),
  secrets: mapOf(struct(fileFields)),
  configs: mapOf(struct(fileFields)),
  models: mapOf(struct(modelFields)),
};
