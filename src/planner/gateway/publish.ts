import type { DesiredState, Endpoint, EndpointPort, Workload } from '../../model/desired.ts';

/** How a published port reaches its replicas, and why. */
export interface PublishChoice {
  readonly via: 'host' | 'gateway';
  readonly reason: string;
}

/**
 * `auto` decided: the gateway where several replicas share the port or a new one has to be up before the old one goes;
 * straight on the host where one replica has it to itself.
 *
 * @returns undefined for a port that is not published
 */
export function publishChoice(
  port: EndpointPort,
  endpoint: Endpoint,
  desired: DesiredState,
): PublishChoice | undefined {
  const { publish } = port;
  if (publish === undefined) return undefined;
  const host = (reason: string): PublishChoice => ({ via: 'host', reason });
  const gateway = (reason: string): PublishChoice => ({ via: 'gateway', reason });
  const workloads = desired.workloads.filter((w) => endpoint.workloads.includes(w.id));
  if (publish.via === 'host') return host('as the file says');
  if (port.protocol !== 'tcp') return host(`the gateway does not speak ${port.protocol}`);
  if (publish.hostPort === 0 || publish.hostPortEnd !== undefined) return host('the engine chooses its number');
  const own = workloads.find((w) => w.template.network.mode === 'none' || w.template.network.mode === 'host');
  if (own !== undefined) return host(`${own.id} has no network of its own`);
  if (publish.via === 'gateway') return gateway('as the file says');
  if (workloads.some((w) => w.kind === 'daemon')) return host('one replica on each host');
  const replicas = workloads.reduce((sum, w) => sum + (w.suspended ? 0 : w.replicas), 0);
  if (replicas > 1) return gateway(`${replicas} replicas share it`);
  const staged = workloads.find((w) => w.rollout.strategy === 'blue-green' || w.rollout.strategy === 'canary');
  if (staged !== undefined) return gateway(`${staged.rollout.strategy} has two sets at once`);
  if (workloads.some((w) => w.rollout.order === 'start-first')) return gateway('start-first has two replicas at once');
  return host('one replica has it to itself');
}

export function isByGateway(port: EndpointPort, endpoint: Endpoint, desired: DesiredState): boolean {
  return publishChoice(port, endpoint, desired)?.via === 'gateway';
}

/** A port a replica serves through the gateway of its host. */
export interface ServedPort {
  readonly backend: string;
  readonly port: number;
}

/** What the replicas of a workload serve through the gateway, each back end once. */
export function servedPorts(workload: Workload, desired: DesiredState): ServedPort[] {
  const served = desired.endpoints
    .filter((e) => e.workloads.includes(workload.id))
    .flatMap((endpoint) =>
      endpoint.ports
        .filter((port) => isByGateway(port, endpoint, desired) || isRouted(endpoint, port, desired))
        .map((port) => ({ backend: backendName(desired.stack, endpoint, port), port: port.targetPort })),
    );
  return [...new Map(served.map((s) => [s.backend, s])).values()];
}

export function isRouted(endpoint: Endpoint, port: EndpointPort, desired: DesiredState): boolean {
  return desired.routes.some((r) => r.endpoint === endpoint.id && r.port === port.port);
}

/** Letters, digits and `-_.:` are what HAProxy allows in the name of a section. */
export function backendName(stack: string, endpoint: Endpoint, port: EndpointPort): string {
  return `${stack}:${endpoint.id}:${port.port}`.replace(/[^A-Za-z0-9\-_.:]/g, '-');
}
