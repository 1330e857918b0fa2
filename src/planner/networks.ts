import type { DesiredState, Network } from '../model/desired.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveHost } from '../model/live.ts';
import type { Placement } from '../model/placement.ts';
import type { NetworkSpec, StepInputs } from '../model/step.ts';
import { networkSpec } from './diff/network.ts';
import { isChecked, mayDivide } from './naming/waits.ts';

/** Which hosts use a network, and what it is there. */
export interface NetworkUse {
  readonly network: Network;
  readonly spec: NetworkSpec;
  /** Hosts with replicas on it, sorted. */
  readonly hosts: readonly string[];
  /** Where it is created, addresses are kept for replicas whose names wait for them to be ready. */
  readonly keepsSpare: boolean;
}

/**
 * Decides the kind of each network: an overlay only when replicas of different workloads on it, or replicas with
 * names of their own, run on different hosts; else a bridge on each host. A driver in the file decides by itself.
 */
export function networkUses(
  desired: DesiredState,
  placements: readonly Placement[],
  live: readonly LiveHost[],
): Map<string, NetworkUse> {
  const uses = new Map<string, NetworkUse>();
  for (const network of desired.networks) {
    const users = desired.workloads.filter(
      (w) =>
        w.template.network.mode === 'networks' && w.template.network.attachments.some((a) => a.network === network.id),
    );
    const ids = new Set(users.map((w) => w.id));
    const hosts = [...new Set(placements.filter((p) => ids.has(p.workload)).map((p) => p.host))].sort();
    const needsNames = users.length > 1 || users.some((w) => w.kind === 'stateful' && w.replicas > 1);
    const driver = driverOf(network, hosts.length > 1 && needsNames, live, desired.stack);
    const keepsSpare = mayDivide(network, driver) && users.some((w) => isChecked(w, desired));
    uses.set(network.name, { network, hosts, spec: networkSpec(network, driver), keepsSpare });
  }
  return uses;
}

function driverOf(network: Network, spans: boolean, live: readonly LiveHost[], stack: string): string {
  if (network.driver !== undefined && network.driver !== 'default') return network.driver;
  if (spans) return 'overlay';
  const isOverlayNow = live.some((h) =>
    h.networks.some((n) => n.name === network.name && n.driver === 'overlay' && n.labels[LABEL.stack] === stack),
  );
  return isOverlayNow ? 'overlay' : 'bridge';
}

/** What the step that creates the network is told. */
export function createInputs({ spec, keepsSpare }: NetworkUse): StepInputs['network.create'] {
  return keepsSpare ? { network: spec, keepsSpare } : { network: spec };
}
