import type { DesiredState, Workload } from '../model/desired.ts';

/** Network of compose services that name none, and that of pods of the default namespace. */
const COMPOSE = 'default';
const KUBERNETES = 'default/default';

/**
 * Services of compose files and pods of manifests that say nothing of networks share one, so that they reach each
 * other by name: the compose files' own, with what these say of it.
 */
export function sharingDefault(states: readonly DesiredState[]): readonly DesiredState[] {
  const has = (id: string) => states.some(({ networks }) => networks.some((n) => n.id === id));
  return has(COMPOSE) && has(KUBERNETES) ? states.map(onShared) : states;
}

function onShared(state: DesiredState): DesiredState {
  const shared = (id: string) => (id === KUBERNETES ? COMPOSE : id);
  return {
    ...state,
    networks: state.networks.filter(({ id }) => id !== KUBERNETES),
    endpoints: state.endpoints.map((endpoint) => ({ ...endpoint, networks: endpoint.networks.map(shared) })),
    workloads: state.workloads.map((workload) => withNetworks(workload, shared)),
  };
}

function withNetworks(workload: Workload, rename: (id: string) => string): Workload {
  const { template } = workload;
  if (template.network.mode !== 'networks') return workload;
  const attachments = template.network.attachments.map((one) => ({ ...one, network: rename(one.network) }));
  return { ...workload, template: { ...template, network: { ...template.network, attachments } } };
}
