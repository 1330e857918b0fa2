import type { PlacementRules } from '../../../src/model/desired.ts';
import type { ReplicaDemand, SchedulingHost, WorkloadDemand } from '../../../src/model/placement.ts';

const GIB = 1024 ** 3;

/** No rule at all. */
export const NO_RULES: PlacementRules = {
  constraints: [],
  spreadOver: [],
  platforms: [],
  nodeSelector: {},
  nodeAffinity: { preferred: [] },
  podAffinity: { required: [], preferred: [] },
  podAntiAffinity: { required: [], preferred: [] },
  tolerations: [],
  topologySpread: [],
};

/** A ready host with 4 CPUs and 8 GiB, less what a test says otherwise. */
export function host(name: string, overrides: Partial<SchedulingHost> = {}): SchedulingHost {
  return {
    name,
    hostname: name,
    engineId: `engine-${name}`,
    role: 'worker',
    labels: {},
    engineLabels: {},
    platform: { os: 'linux', architecture: 'x86_64' },
    availability: 'active',
    taints: [],
    capacity: { cpus: 4, memoryBytes: 8 * GIB, generic: {} },
    foreign: { cpus: 0, memoryBytes: 0, generic: {}, replicas: 0, ports: [] },
    running: [],
    volumes: [],
    images: [],
    ...overrides,
  };
}

type WorkloadOverrides = Partial<Omit<WorkloadDemand, 'rules'>> & { readonly rules?: Partial<PlacementRules> };

/** A compose service of one replica without demands, less what a test says otherwise. */
export function workload(id: string, overrides: WorkloadOverrides = {}): WorkloadDemand {
  const demand: ReplicaDemand = {
    labels: {},
    resources: {},
    ports: [],
    volumes: [],
    claimPrefixes: [],
    images: [],
    besideWorkloads: [],
    plugins: [],
    rules: NO_RULES,
  };
  return {
    ...demand,
    id,
    kind: 'service',
    replicas: 1,
    firstOrdinal: 1,
    profile: 'swarm',
    ...overrides,
    rules: { ...NO_RULES, ...overrides.rules },
  };
}
