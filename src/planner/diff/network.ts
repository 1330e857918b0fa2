import type { Change, Difference } from '../../model/change.ts';
import type { Network } from '../../model/desired.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveHost, LiveNetwork } from '../../model/live.ts';
import type { NetworkSpec } from '../../model/step.ts';
import { digestOf } from '../digest.ts';

/** The network as it shall be created; `driver` is decided by whether its replicas span hosts. */
export function networkSpec(network: Network, stack: string, driver: string): NetworkSpec {
  const overlay = driver === 'overlay';
  const options = network.encrypted && overlay ? { ...network.driverOptions, encrypted: '' } : network.driverOptions;
  const body = {
    driver,
    driverOptions: options,
    internal: network.internal,
    attachable: overlay || network.attachable,
    enableIpv6: network.enableIpv6,
    ipam: network.ipam,
    ...(network.enableIpv4 === undefined ? {} : { enableIpv4: network.enableIpv4 }),
  };
  return {
    name: network.name,
    resource: network.id,
    ...body,
    labels: {
      ...network.labels,
      [LABEL.stack]: stack,
      [LABEL.resource]: network.id,
      [LABEL.specHash]: digestOf({ ...body, labels: network.labels }),
    },
  };
}

export type NetworkState =
  | { readonly state: 'missing' | 'same' | 'foreign' }
  | { readonly state: 'differs'; readonly live: LiveNetwork; readonly differences: readonly Difference[] };

/** Compares a network with what a host has under its name. */
export function compareNetwork(spec: NetworkSpec, host: LiveHost): NetworkState {
  const live = host.networks.find((n) => n.name === spec.name);
  if (live === undefined) return { state: 'missing' };
  if (live.labels[LABEL.stack] !== spec.labels[LABEL.stack]) return { state: 'foreign' };
  if (live.labels[LABEL.specHash] === spec.labels[LABEL.specHash]) return { state: 'same' };
  return { state: 'differs', live, differences: networkDifferences(spec, live) };
}

function networkDifferences(spec: NetworkSpec, live: LiveNetwork): Difference[] {
  const pairs: [string, unknown, unknown][] = [
    ['driver', live.driver, spec.driver],
    ['internal', live.internal, spec.internal],
    ['attachable', live.attachable, spec.attachable],
    ['enableIpv6', live.enableIpv6, spec.enableIpv6],
  ];
  const found = pairs.filter(([, from, to]) => from !== to);
  if (found.length === 0) found.push(['options', live.options, spec.driverOptions]);
  return found.map(([path, from, to]) => ({ path, from, to, attribution: 'your change', forcesReplace: true }));
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
