import type {
  Container,
  DesiredState,
  Endpoint,
  Network,
  PodTemplate,
  RolloutPolicy,
  Volume,
  Workload,
} from '../../src/model/desired.ts';
import type { LiveHost, LiveState } from '../../src/model/live.ts';

const NO_AFFINITY = { required: [], preferred: [] };

export const ROLLING: RolloutPolicy = {
  strategy: 'rolling',
  parallelism: 1,
  delayMs: 0,
  minReadySeconds: 0,
  monitorMs: 0,
  maxFailureRatio: 0,
  failureAction: 'rollback',
  checks: [],
};

export function container(name: string, image: string, more: Partial<Container> = {}): Container {
  return {
    name,
    image,
    pullPolicy: 'missing',
    env: [],
    groupAdd: [],
    mounts: [],
    files: [],
    resources: { reservations: {}, limits: {} },
    probes: {},
    hooks: {},
    labels: {},
    tty: false,
    stdinOpen: false,
    readOnlyRoot: false,
    privileged: false,
    capAdd: [],
    capDrop: [],
    securityOptions: [],
    devices: [],
    deviceRequests: [],
    deviceCgroupRules: [],
    ulimits: [],
    ports: [],
    ...more,
  };
}

export function template(containers: readonly Container[], more: Partial<PodTemplate> = {}): PodTemplate {
  return {
    labels: {},
    annotations: {},
    containers,
    initContainers: [],
    network: { mode: 'networks', attachments: [{ network: 'default', aliases: [] }] },
    extraHosts: [],
    sysctls: {},
    shareProcessNamespace: false,
    hostPid: false,
    hostIpc: false,
    stopGraceSeconds: 10,
    restart: { condition: 'unless-stopped' },
    pullSecrets: [],
    scratch: [],
    ...more,
  };
}

interface ServiceOptions {
  readonly image?: string;
  readonly replicas?: number;
  readonly container?: Partial<Container>;
  readonly template?: Partial<PodTemplate>;
  readonly workload?: Partial<Workload>;
}

/** A compose service: a workload whose pod is one container. */
export function service(id: string, options: ServiceOptions = {}): Workload {
  return {
    id,
    name: id,
    kind: 'service',
    replicas: options.replicas ?? 1,
    firstOrdinal: 1,
    labels: {},
    template: template([container(id, options.image ?? `${id}:1`, options.container)], options.template),
    placement: {
      constraints: [],
      spreadOver: [],
      platforms: [],
      nodeSelector: {},
      nodeAffinity: { preferred: [] },
      podAffinity: NO_AFFINITY,
      podAntiAffinity: NO_AFFINITY,
      tolerations: [],
      topologySpread: [],
    },
    rollout: ROLLING,
    dependsOn: [],
    ...options.workload,
  };
}

export function network(id: string, more: Partial<Network> = {}): Network {
  return {
    id,
    name: `shop_${id}`,
    external: false,
    driverOptions: {},
    internal: false,
    attachable: false,
    enableIpv6: false,
    encrypted: false,
    ipam: { config: [], options: {} },
    labels: {},
    ...more,
  };
}

export function volume(id: string, more: Partial<Volume> = {}): Volume {
  return { id, name: `shop_${id}`, external: false, driver: 'local', driverOptions: {}, labels: {}, ...more };
}

/** Each service answers to its own name, as in compose. */
export function endpointOf(workload: Workload, ports: Endpoint['ports'] = []): Endpoint {
  return {
    id: workload.id,
    name: workload.id,
    names: [workload.id],
    workloads: [workload.id],
    networks: [],
    ports,
    headless: false,
    publishNotReady: false,
    stickyByClientIp: false,
  };
}

export function stack(workloads: readonly Workload[], more: Partial<DesiredState> = {}): DesiredState {
  return {
    version: 1,
    stack: 'shop',
    workloads,
    endpoints: workloads.map((w) => endpointOf(w)),
    routes: [],
    networks: [network('default')],
    volumes: [],
    configs: [],
    secrets: [],
    disruptionBudgets: [],
    options: { strategy: 'spread' },
    ...more,
  };
}

export function host(name: string, more: Partial<LiveHost> = {}): LiveHost {
  return {
    name,
    entry: { name, address: { type: 'ssh', host: `${name}.example` }, labels: {}, taints: [] },
    engine: {
      id: `id-${name}`,
      hostname: name,
      version: '20.10.24',
      apiVersion: '1.41',
      os: 'linux',
      architecture: 'x86_64',
      cpus: 4,
      memoryBytes: 8 * 2 ** 30,
      labels: {},
      storageDriver: 'overlay2',
      runtimes: ['runc'],
      swarm: { state: 'inactive', isManager: false },
      liveRestore: false,
      warnings: [],
    },
    containers: [],
    networks: [],
    volumes: [],
    images: [],
    marks: { cordoned: false, drained: false },
    ...more,
  };
}

export function hosts(...names: readonly string[]): LiveState {
  return { hosts: names.map((name) => host(name)), unreadable: [] };
}
