import type { DesiredState, Network, Workload } from '../../model/desired.ts';
import { runsToCompletion } from '../rollout/ready.ts';

/**
 * True for a workload to which the files give a check, or settings of the one its image brings, so that its replicas can
 * run without being ready: others are to find them by name only once they are. Without one a replica that runs is ready.
 */
export function isChecked(workload: Workload, desired: DesiredState): boolean {
  if (workload.hook !== undefined || workload.kind === 'cron' || runsToCompletion(workload, desired)) return false;
  return workload.template.containers.some(
    ({ health, probes }) => probes.readiness !== undefined || (health !== undefined && health.test?.[0] !== 'NONE'),
  );
}

/**
 * True for networks on which a container can change its names and keep its address: those of IPv4 only, made by us,
 * where the engine gives away a part of the subnet and leaves the rest.
 */
export function canHold(network: Network, driver: string): boolean {
  if (network.external || network.enableIpv6 || network.enableIpv4 === false) return false;
  const { config } = network.ipam;
  return (
    (driver === 'bridge' || driver === 'overlay') && config.every((c) => Object.keys(c.auxAddresses ?? {}).length === 0)
  );
}

/** True when the engine may be asked which subnet it would choose, to keep half of it spare. */
export function mayDivide(network: Network, driver: string): boolean {
  return (
    canHold(network, driver) && network.ipam.config.every((c) => c.subnet === undefined && c.ipRange === undefined)
  );
}
