import { GATEWAY_NAME } from '../../model/gateway.ts';
import { ipv4Number, ipv4Text } from '../../model/ip.ts';
import { type ContainerInspect, inspectContainer } from '../docker/steps/container.ts';
import { stepFailure } from '../docker/steps/failure.ts';
import type { HostConnection } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';

interface Endpoint {
  readonly IPAddress?: string;
  readonly IPAMConfig?: { readonly IPv4Address?: string } | null;
}

interface Attached {
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, Endpoint>> | null };
}

interface Inspected extends ContainerInspect {
  readonly NetworkSettings: ContainerInspect['NetworkSettings'] & { readonly Networks: Record<string, Endpoint> };
}

/**
 * The address at which the host's gateway reaches a container: one on the gateway's own network that stays the
 * container's through restarts of it and of the host. Given now when it has none; call it with the lock held.
 *
 * @returns 127.0.0.1 for a container on the host's network
 */
export async function attach(host: HostConnection, container: string, signal: AbortSignal): Promise<string> {
  const found = (await inspectContainer(host, container, signal)) as Inspected | undefined;
  if (found === undefined) throw missing(host, container);
  const mode = found.HostConfig.NetworkMode;
  if (mode === 'host') return '127.0.0.1';
  if (mode.startsWith('container:')) return await attach(host, mode.slice('container:'.length), signal);
  const known = found.NetworkSettings.Networks[GATEWAY_NAME]?.IPAMConfig?.IPv4Address;
  if (known !== undefined && known !== '') return known;
  const taken = await takenAddresses(host, signal);
  for (;;) {
    const address = await freeAddress(host, taken, signal);
    const body = { Container: found.Id, EndpointConfig: { IPAMConfig: { IPv4Address: address } } };
    try {
      await host.post(`/networks/${GATEWAY_NAME}/connect`, body, undefined, { signal });
      return address;
    } catch (error) {
      if (!isStatus(error, 403) && !isStatus(error, 409) && !isStatus(error, 500)) throw error;
      if (!/address already in use|already allocated/i.test(String(error))) throw error;
      taken.add(address);
    }
  }
}

/** Addresses of all containers on the network, stopped ones included. */
async function takenAddresses(host: HostConnection, signal: AbortSignal): Promise<Set<string>> {
  const query = { all: true, filters: { network: [GATEWAY_NAME] } };
  const containers = await host.get<Attached[]>('/containers/json', query, { signal });
  const endpoints = containers.map((c) => c.NetworkSettings?.Networks?.[GATEWAY_NAME]);
  return new Set(endpoints.flatMap((e) => [e?.IPAMConfig?.IPv4Address ?? '', e?.IPAddress ?? '']).filter(Boolean));
}

async function freeAddress(host: HostConnection, taken: ReadonlySet<string>, signal: AbortSignal): Promise<string> {
  const network = await host.get<{ IPAM: { Config: { Subnet: string; Gateway?: string }[] } }>(
    `/networks/${GATEWAY_NAME}`,
    undefined,
    { signal },
  );
  const config = network.IPAM.Config[0];
  const [base = '', bits = '16'] = (config?.Subnet ?? '').split('/');
  const first = ipv4Number(base) ?? 0;
  const size = 2 ** (32 - Number(bits));
  for (let offset = 2; offset < size - 1; offset++) {
    const address = ipv4Text(first + offset);
    if (!taken.has(address) && address !== config?.Gateway?.split('/')[0]) return address;
  }
  throw stepFailure('gateway/network-full', "no address is left on the gateway's network", {
    where: `host ${host.name}, network ${GATEWAY_NAME}, ${config?.Subnet ?? 'no subnet'}`,
    fix: 'remove stopped containers that are still on it',
  });
}

function missing(host: HostConnection, container: string) {
  return stepFailure('container/missing', 'container for the gateway is not there', {
    where: `host ${host.name}, container ${container}`,
    why: 'someone removed it meanwhile',
    fix: 'plan and apply again',
  });
}
