import { ANYTHING, NAME, repeatableStrings, stringOrStrings, strings } from '../schema/common.ts';
import {
  choice,
  closed,
  dictionary,
  list,
  type MapShape,
  nothing,
  oneOf,
  record,
  type Shape,
  scalarOf,
  text,
  truth,
} from '../schema/shape.ts';
import { parseDuration } from '../values/duration.ts';
import { parsePortSpec } from '../values/port.ts';

const integer = scalarOf('integer');
const number = scalarOf('number');
const time: Shape = {
  kind: 'scalar',
  types: ['string'],
  format: {
    name: 'a duration such as 30s or 1h30m',
    accepts: (value) => !/[dw]/.test(value) && parseDuration(value) !== undefined,
  },
};
const portFormat = {
  name: 'a port such as "8080:80/tcp"',
  accepts: (value: string) => typeof parsePortSpec(value, 'bare') !== 'string',
};
const pairs = choice(dictionary(scalarOf('string', 'number', 'null'), ANYTHING), strings);
const options = dictionary(scalarOf('string', 'number'), ANYTHING, 'any');
const command = choice(text, repeatableStrings);

type Fields = Readonly<Record<string, Shape>>;

/** Fields from the minor version on that brought them. */
function since(minor: number, version: number, fields: Fields): Fields {
  return version >= minor ? fields : {};
}

function open(fields: Fields, required: readonly string[] = []): MapShape {
  return { kind: 'map', fields, required, others: 'any' };
}

/** What a stack file of version `3.MINOR` may hold. */
export function stackShape(minor: number): MapShape {
  const root = {
    version: text,
    services: dictionary(service(minor), NAME),
    networks: dictionary(choice(nothing, extensible(minor, network(minor))), NAME, 'any'),
    volumes: dictionary(choice(nothing, extensible(minor, volume(minor))), NAME),
    ...since(1, minor, { secrets: dictionary(extensible(minor, secret(minor)), NAME) }),
    ...since(3, minor, { configs: dictionary(extensible(minor, config(minor)), NAME) }),
  };
  const required = minor < 10 ? ['version'] : [];
  return minor >= 4 ? record(root, required) : closed(root, required);
}

function extensible(minor: number, fields: Fields): MapShape {
  return minor >= 7 ? record(fields) : closed(fields);
}

function network(minor: number): Fields {
  return {
    ...since(5, minor, { name: text }),
    driver: text,
    driver_opts: options,
    ipam: closed({ driver: text, config: list(closed({ subnet: text })) }),
    external: choice(truth, closed({ name: text })),
    internal: truth,
    ...since(2, minor, { attachable: truth }),
    labels: pairs,
  };
}

function volume(minor: number): Fields {
  const topology = list(open({ segments: pairs }));
  const cluster = open({
    group: text,
    access_mode: open({
      scope: text,
      sharing: text,
      block_volume: open({}),
      mount_volume: open({ fs_type: text, mount_flags: repeatableStrings }),
    }),
    accessibility_requirements: open({ requisite: topology, preferred: topology }),
    capacity_range: open({ required_bytes: text, limit_bytes: text }),
    availability: text,
  });
  return {
    ...since(4, minor, { name: text }),
    driver: text,
    driver_opts: options,
    external: choice(truth, closed({ name: text })),
    labels: pairs,
    ...since(10, minor, { 'x-cluster-spec': cluster }),
  };
}

function secret(minor: number): Fields {
  return {
    ...since(5, minor, { name: text }),
    ...since(8, minor, { driver: text, driver_opts: options, template_driver: text }),
    file: text,
    external: choice(truth, open({ name: text })),
    labels: pairs,
  };
}

function config(minor: number): Fields {
  return {
    ...since(5, minor, { name: text }),
    ...since(8, minor, { template_driver: text }),
    file: text,
    external: choice(truth, open({ name: text })),
    labels: pairs,
  };
}

function service(minor: number): MapShape {
  const fileMounts = list(choice(text, open({ source: text, target: text, uid: text, gid: text, mode: number })));
  const attachment = closed({
    aliases: strings,
    ...since(13, minor, { driver_opts: options }),
    ipv4_address: text,
    ipv6_address: text,
  });
  const ulimit = choice(integer, closed({ hard: integer, soft: integer }, ['soft', 'hard']));
  const fields = {
    deploy: choice(nothing, deploy(minor)),
    build: choice(text, build(minor)),
    cap_add: strings,
    cap_drop: strings,
    ...since(9, minor, { cgroupns_mode: text }),
    cgroup_parent: text,
    command,
    ...since(3, minor, {
      configs: fileMounts,
      credential_spec: closed({ ...since(8, minor, { config: text }), file: text, registry: text }),
    }),
    container_name: text,
    depends_on: strings,
    devices: strings,
    dns: stringOrStrings,
    dns_search: stringOrStrings,
    domainname: text,
    entrypoint: command,
    env_file: stringOrStrings,
    environment: pairs,
    expose: list(scalarOf('string', 'number'), 'unique'),
    external_links: strings,
    extra_hosts: pairs,
    healthcheck: closed({
      disable: truth,
      interval: minor >= 4 ? time : text,
      retries: number,
      test: command,
      timeout: minor >= 4 ? time : text,
      ...since(4, minor, { start_period: time }),
      ...since(12, minor, { start_interval: time }),
    }),
    hostname: text,
    image: text,
    ...since(7, minor, { init: truth }),
    ipc: text,
    ...since(5, minor, { isolation: text }),
    labels: pairs,
    links: strings,
    logging: closed({ driver: text, options: dictionary(scalarOf('string', 'number', 'null'), ANYTHING, 'any') }),
    mac_address: text,
    network_mode: text,
    networks: choice(strings, dictionary(choice(attachment, nothing), NAME)),
    pid: scalarOf('string', 'null'),
    ports: list(port(minor), 'unique'),
    privileged: truth,
    read_only: truth,
    restart: text,
    security_opt: strings,
    shm_size: scalarOf('number', 'string'),
    ...since(1, minor, { secrets: fileMounts }),
    sysctls: pairs,
    stdin_open: truth,
    stop_grace_period: time,
    stop_signal: text,
    tmpfs: stringOrStrings,
    tty: truth,
    ulimits: dictionary(ulimit, /^[a-z]+$/, 'any'),
    ...since(13, minor, { oom_score_adj: integer }),
    user: text,
    userns_mode: text,
    volumes: minor >= 2 ? list(choice(text, mount(minor))) : strings,
    working_dir: text,
  };
  return extensible(minor, fields);
}

function port(minor: number): Shape {
  const short: Shape = { kind: 'scalar', types: ['number', 'string'], format: portFormat };
  if (minor < 2) return short;
  return choice(short, closed({ mode: text, target: integer, published: integer, protocol: text }));
}

function mount(minor: number): MapShape {
  return closed(
    {
      type: text,
      source: text,
      target: text,
      read_only: truth,
      consistency: text,
      bind: open({ propagation: text }),
      volume: open({ nocopy: truth }),
      ...since(6, minor, { tmpfs: open({ size: { kind: 'scalar', types: ['integer'], minimum: 0 } }) }),
    },
    ['type'],
  );
}

function build(minor: number): MapShape {
  const fields = {
    context: text,
    dockerfile: text,
    args: pairs,
    ...since(2, minor, { cache_from: strings }),
    ...since(3, minor, { labels: pairs }),
    ...since(4, minor, { network: text, target: text }),
    ...since(5, minor, { shm_size: scalarOf('integer', 'string') }),
    ...since(9, minor, { extra_hosts: pairs }),
  };
  return minor >= 11 ? open(fields) : closed(fields);
}

function deploy(minor: number): MapShape {
  const order = oneOf('start-first', 'stop-first');
  const rollout = { parallelism: integer, delay: time, failure_action: text, monitor: time, max_failure_ratio: number };
  const generic = list(closed({ discrete_resource_spec: closed({ kind: text, value: number }) }));
  const amounts = { cpus: text, memory: text };
  return closed({
    mode: text,
    ...since(2, minor, { endpoint_mode: text }),
    replicas: integer,
    labels: pairs,
    ...since(7, minor, { rollback_config: closed({ ...rollout, order }) }),
    update_config: closed({ ...rollout, ...since(4, minor, { order }) }),
    resources: closed({
      limits: closed({ ...amounts, ...since(9, minor, { pids: integer }) }),
      reservations: closed({ ...amounts, ...since(5, minor, { generic_resources: generic }) }),
    }),
    restart_policy: closed({ condition: text, delay: time, max_attempts: integer, window: time }),
    placement: closed({
      constraints: repeatableStrings,
      ...since(3, minor, { preferences: list(closed({ spread: text })) }),
      ...since(8, minor, { max_replicas_per_node: integer }),
    }),
  });
}
