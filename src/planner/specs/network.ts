import type { DesiredState, Endpoint, EndpointPort, Workload } from '../../model/desired.ts';
import type { SpecAttachment, SpecNetwork, SpecPort } from '../../model/spec.ts';
import { publishChoice } from '../gateway/publish.ts';
import { podName } from '../names.ts';
import type { ReplicaPlace, SpecContext } from './context.ts';
import { optional } from './mounts.ts';

/** Network of the container that owns a pod's network namespace. */
export function specNetwork(workload: Workload, place: ReplicaPlace, context: SpecContext): SpecNetwork {
  const { network } = workload.template;
  switch (network.mode) {
    case 'networks':
      return { mode: 'networks', attachments: attachments(workload, place, context) };
    case 'workload': {
      const owner = context.networkOwner(network.workload, place.host);
      return { mode: 'container', container: owner ?? network.workload };
    }
    case 'container':
      return { mode: 'container', container: network.container };
    default:
      return { mode: network.mode };
  }
}

function attachments(workload: Workload, place: ReplicaPlace, context: SpecContext): SpecAttachment[] {
  const { network } = workload.template;
  if (network.mode !== 'networks') return [];
  const endpoints = endpointsOf(context.desired, workload);
  return [...network.attachments]
    .sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0) || (a.network < b.network ? -1 : 1))
    .map((attachment) => ({
      network: networkName(context.desired, attachment.network),
      aliases: [...new Set([...attachment.aliases, ...names(endpoints, attachment.network, workload, place)])].sort(),
      ...optional({
        ipv4Address: attachment.ipv4Address,
        ipv6Address: attachment.ipv6Address,
        linkLocalIps: attachment.linkLocalIps,
        macAddress: attachment.macAddress,
        gatewayPriority: attachment.gatewayPriority,
        driverOptions: attachment.driverOptions,
      }),
    }));
}

/** Names a replica answers to: those of its endpoints, and its own below a headless one. */
function names(endpoints: readonly Endpoint[], network: string, workload: Workload, place: ReplicaPlace): string[] {
  const here = endpoints.filter((e) => e.networks.length === 0 || e.networks.includes(network));
  const own = here
    .filter((e) => e.headless)
    .flatMap((e) => e.names.map((name) => `${podName(workload, place.ordinal)}.${name}`));
  return [...here.flatMap((e) => [...e.names]), ...own];
}

/** Names a replica has before it is ready: those of endpoints that publish what is not ready. */
export function namesFromStart(
  workload: Workload,
  place: ReplicaPlace,
  desired: DesiredState,
  network: string,
): readonly string[] {
  const endpoints = endpointsOf(desired, workload).filter((e) => e.publishNotReady);
  return names(endpoints, network, workload, place);
}

export function endpointsOf(desired: DesiredState, workload: Workload): Endpoint[] {
  return desired.endpoints.filter((e) => e.workloads.includes(workload.id));
}

export function networkName(desired: DesiredState, id: string): string {
  return desired.networks.find((n) => n.id === id)?.name ?? id;
}

/** A port of an endpoint that the containers publish on the host themselves. */
export function isDirect(port: EndpointPort, endpoint: Endpoint, desired: DesiredState): boolean {
  return publishChoice(port, endpoint, desired)?.via === 'host';
}

/** Host ports of a workload's replicas, sorted. */
export function specPorts(workload: Workload, context: SpecContext): SpecPort[] {
  const ports = endpointsOf(context.desired, workload)
    .flatMap((e) => e.ports.filter((port) => isDirect(port, e, context.desired)))
    .map(
      (port): SpecPort => ({
        containerPort: port.targetPort,
        protocol: port.protocol,
        hostPort: port.publish?.hostPort ?? 0,
        ...optional({ hostIp: port.publish?.hostIp, hostPortEnd: port.publish?.hostPortEnd }),
      }),
    );
  const key = (p: SpecPort) =>
    `${p.protocol}/${String(p.containerPort).padStart(5, '0')}/${p.hostIp ?? ''}/${p.hostPort}`;
  return [...new Map(ports.map((p) => [key(p), p])).values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
