import type { Change, Difference } from '../../model/change.ts';
import type { Network } from '../../model/desired.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveHost, LiveNetwork } from '../../model/live.ts';
import type { NetworkSpec } from '../../model/step.ts';
import { diffAttributes } from './spec.ts';

/** The network as it shall be created; `driver` is decided by whether its replicas span hosts. */
export function networkSpec(network: Network, driver: string): NetworkSpec {
  const overlay = driver === 'overlay';
  return {
    name: network.name,
    resource: network.id,
    driver,
    driverOptions: network.encrypted && overlay ? { ...network.driverOptions, encrypted: '' } : network.driverOptions,
    internal: network.internal,
    attachable: overlay || network.attachable,
    enableIpv6: network.enableIpv6,
    ipam: network.ipam,
    labels: network.labels,
    ...(network.enableIpv4 === undefined ? {} : { enableIpv4: network.enableIpv4 }),
  };
}

export type NetworkState =
  | { readonly state: 'missing' | 'same' | 'foreign' }
  | { readonly state: 'differs'; readonly live: LiveNetwork; readonly differences: readonly Difference[] };

/** Compares a network with what a host has under its name; a label tells what that was created from. */
export function compareNetwork(spec: NetworkSpec, stack: string, host: LiveHost): NetworkState {
  const live = host.networks.find((n) => n.name === spec.name);
  if (live === undefined) return { state: 'missing' };
  if (live.labels[LABEL.stack] !== stack) return { state: 'foreign' };
  const differences = diffAttributes(createdFrom(live), spec, 'your change');
  return differences.length === 0 ? { state: 'same' } : { state: 'differs', live, differences };
}

/** The specification in the label, or what the engine says where somebody has damaged it. */
function createdFrom(live: LiveNetwork): object {
  try {
    return JSON.parse(live.labels[LABEL.spec] ?? '') as object;
  } catch {
    return { name: live.name, driver: live.driver, internal: live.internal, attachable: live.attachable };
  }
}

export function networkChange(
  action: Change['action'],
  spec: Pick<NetworkSpec, 'resource' | 'name'>,
  host: string | undefined,
  cause: string,
  differences: readonly Difference[] = [],
): Change {
  return {
    action,
    kind: 'network',
    resource: spec.resource,
    differences,
    cause,
    ...(host === undefined ? {} : { host }),
  };
}
