import {
  ANYTHING,
  command,
  deviceRequests,
  envFiles,
  fileMounts,
  gpus,
  hook,
  hosts,
  NAME,
  options,
  pairs,
  repeatableStrings,
  stringOrStrings,
  strings,
  ulimits,
} from './common.ts';
import { mountExtension, serviceExtension } from './extension.ts';
import {
  any,
  choice,
  closed,
  dictionary,
  flag,
  list,
  type MapShape,
  nothing,
  number,
  oneOf,
  record,
  type Shape,
  scalarOf,
  text,
  truth,
  whole,
} from './shape.ts';

const bounded = (minimum: number, maximum?: number): Shape =>
  choice(text, { kind: 'scalar', types: ['integer'], minimum, ...(maximum !== undefined && { maximum }) });

const build = choice(
  text,
  record({
    context: text,
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: repeatableStrings,
    args: pairs,
    ssh: pairs,
    labels: pairs,
    cache_from: repeatableStrings,
    cache_to: repeatableStrings,
    no_cache: flag,
    additional_contexts: pairs,
    network: text,
    provenance: flag,
    sbom: flag,
    pull: flag,
    target: text,
    shm_size: whole,
    extra_hosts: hosts,
    isolation: text,
    privileged: flag,
    secrets: fileMounts,
    tags: repeatableStrings,
    ulimits,
    platforms: repeatableStrings,
  }),
);

const blkioLimits = list(closed({ path: text, rate: whole }));
const blkio = closed({
  device_read_bps: blkioLimits,
  device_read_iops: blkioLimits,
  device_write_bps: blkioLimits,
  device_write_iops: blkioLimits,
  weight: whole,
  weight_device: list(closed({ path: text, weight: whole })),
});

const condition = oneOf('service_started', 'service_healthy', 'service_completed_successfully');
const dependsOn = choice(
  strings,
  dictionary(record({ restart: flag, required: truth, condition }, ['condition']), NAME),
);

const rollout = record({
  parallelism: whole,
  delay: text,
  failure_action: text,
  monitor: text,
  max_failure_ratio: number,
  order: oneOf('start-first', 'stop-first'),
});
const genericResources = list(record({ discrete_resource_spec: record({ kind: text, value: number }) }));
const deploy = choice(
  nothing,
  record({
    mode: text,
    endpoint_mode: text,
    replicas: whole,
    labels: pairs,
    rollback_config: rollout,
    update_config: rollout,
    resources: record({
      limits: record({ cpus: number, memory: text, pids: whole }),
      reservations: record({
        cpus: number,
        memory: text,
        generic_resources: genericResources,
        devices: deviceRequests,
      }),
    }),
    restart_policy: record({ condition: text, delay: text, max_attempts: whole, window: text }),
    placement: record({
      constraints: repeatableStrings,
      preferences: list(record({ spread: text })),
      max_replicas_per_node: whole,
    }),
  }),
);

const develop = choice(
  nothing,
  record({
    watch: list(
      record(
        {
          ignore: stringOrStrings,
          include: stringOrStrings,
          path: text,
          action: oneOf('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
          target: text,
          exec: hook,
          initial_sync: truth,
        },
        ['path', 'action'],
      ),
    ),
  }),
);

const healthcheck = record({
  disable: flag,
  interval: text,
  retries: number,
  test: choice(text, repeatableStrings),
  timeout: text,
  start_period: text,
  start_interval: text,
});

const attachment = choice(
  record({
    aliases: strings,
    interface_name: text,
    ipv4_address: text,
    ipv6_address: text,
    link_local_ips: strings,
    mac_address: text,
    driver_opts: options,
    priority: scalarOf('number'),
    gw_priority: scalarOf('number'),
  }),
  nothing,
);

const port = choice(
  scalarOf('number'),
  text,
  record({
    name: text,
    mode: text,
    host_ip: text,
    target: whole,
    published: whole,
    protocol: text,
    app_protocol: text,
  }),
);

const mount = choice(
  text,
  record(
    {
      type: oneOf('bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'),
      source: text,
      target: text,
      read_only: flag,
      consistency: text,
      bind: record({
        propagation: text,
        create_host_path: flag,
        recursive: oneOf('enabled', 'disabled', 'writable', 'readonly'),
        selinux: oneOf('z', 'Z'),
      }),
      volume: record({ labels: pairs, nocopy: flag, subpath: text }),
      tmpfs: record({ size: bounded(0), mode: number }),
      image: record({ subpath: text }),
      'x-stowage': mountExtension,
    },
    ['type'],
  ),
);

const providerOption = choice(scalarOf('string', 'number', 'boolean'), list(scalarOf('string', 'number', 'boolean')));
const loggingOption = scalarOf('string', 'number', 'null');
const numberOrString = scalarOf('string', 'number');

/** Everything below `services.NAME`. */
export const service: MapShape = record({
  develop,
  deploy,
  annotations: pairs,
  attach: flag,
  build,
  blkio_config: blkio,
  cap_add: strings,
  cap_drop: strings,
  cgroup: oneOf('host', 'private'),
  cgroup_parent: text,
  command,
  configs: fileMounts,
  container_name: { kind: 'scalar', types: ['string'], pattern: /[a-zA-Z0-9][a-zA-Z0-9_.-]+/ },
  cpu_count: bounded(0),
  cpu_percent: bounded(0, 100),
  cpu_shares: number,
  cpu_quota: number,
  cpu_period: number,
  cpu_rt_period: number,
  cpu_rt_runtime: number,
  cpus: number,
  cpuset: text,
  credential_spec: record({ config: text, file: text, registry: text }),
  depends_on: dependsOn,
  device_cgroup_rules: strings,
  devices: list(choice(text, record({ source: text, target: text, permissions: text }, ['source']))),
  dns: stringOrStrings,
  dns_opt: strings,
  dns_search: stringOrStrings,
  domainname: text,
  entrypoint: command,
  env_file: envFiles,
  label_file: choice(text, repeatableStrings),
  environment: pairs,
  expose: list(numberOrString, 'unique'),
  extends: choice(text, closed({ service: text, file: text }, ['service'])),
  provider: record({ type: text, options: dictionary(providerOption, ANYTHING, 'any') }, ['type']),
  external_links: strings,
  extra_hosts: hosts,
  gpus,
  group_add: list(numberOrString, 'unique'),
  healthcheck,
  hostname: text,
  image: text,
  init: flag,
  ipc: text,
  isolation: text,
  labels: pairs,
  links: strings,
  logging: record({ driver: text, options: dictionary(loggingOption, ANYTHING, 'any') }),
  mac_address: text,
  mem_limit: number,
  mem_reservation: whole,
  mem_swappiness: whole,
  memswap_limit: number,
  network_mode: text,
  models: choice(strings, dictionary(choice(record({ endpoint_var: text, model_var: text }), nothing), NAME, 'any')),
  networks: choice(strings, dictionary(attachment, NAME)),
  oom_kill_disable: flag,
  oom_score_adj: bounded(-1000, 1000),
  pid: scalarOf('string', 'null'),
  pids_limit: number,
  platform: text,
  ports: list(port, 'unique'),
  post_start: list(hook),
  pre_stop: list(hook),
  privileged: flag,
  profiles: strings,
  pull_policy: {
    kind: 'scalar',
    types: ['string'],
    pattern: /always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+/,
  },
  pull_refresh_after: text,
  read_only: flag,
  restart: text,
  runtime: text,
  scale: whole,
  security_opt: strings,
  shm_size: number,
  secrets: fileMounts,
  sysctls: pairs,
  stdin_open: flag,
  stop_grace_period: text,
  stop_signal: text,
  storage_opt: dictionary(any, ANYTHING, 'any'),
  tmpfs: stringOrStrings,
  tty: flag,
  ulimits,
  use_api_socket: truth,
  user: text,
  uts: text,
  userns_mode: text,
  volumes: list(mount, 'unique'),
  volumes_from: strings,
  working_dir: text,
  'x-stowage': serviceExtension,
});
