import { GATEWAY_NAME, GATEWAY_ROLE } from '../../model/gateway.ts';
import { LABEL } from '../../model/labels.ts';
import { foreign } from '../docker/steps/container.ts';
import type { HostConnection } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';

/** Of a network that is made only to see which subnet the engine chooses. */
const PROBE_NAME = `${GATEWAY_NAME}-subnet`;

interface NetworkInspect {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly IPAM: { readonly Config: readonly { readonly Subnet?: string }[] | null };
}

/**
 * The network between a host and the containers its gateway serves. Internal, and its members do not reach each
 * other: only the host reaches them. Its subnet is one the engine chose, but written down, because an engine keeps
 * addresses for containers only in subnets that were asked for. It is never there without one, whenever this is cut short.
 */
export async function ensureNetwork(host: HostConnection, signal: AbortSignal): Promise<void> {
  const found = await inspect(host, GATEWAY_NAME, signal);
  if (found !== undefined) {
    if (found.Labels?.[LABEL.role] !== GATEWAY_ROLE) throw foreign('network', GATEWAY_NAME, 'none');
    return;
  }
  await remove(host, PROBE_NAME, signal);
  await create(host, PROBE_NAME, undefined, signal);
  const subnet = (await inspect(host, PROBE_NAME, signal))?.IPAM.Config?.[0]?.Subnet;
  await remove(host, PROBE_NAME, signal);
  await create(host, GATEWAY_NAME, subnet, signal);
}

export async function removeNetwork(host: HostConnection, signal: AbortSignal): Promise<void> {
  await remove(host, GATEWAY_NAME, signal);
  await remove(host, PROBE_NAME, signal);
}

async function remove(host: HostConnection, name: string, signal: AbortSignal): Promise<void> {
  try {
    await host.delete(`/networks/${name}`, undefined, { signal });
  } catch (error) {
    if (!isStatus(error, 404) && !isStatus(error, 403)) throw error;
  }
}

async function inspect(host: HostConnection, name: string, signal: AbortSignal): Promise<NetworkInspect | undefined> {
  try {
    return await host.get<NetworkInspect>(`/networks/${name}`, undefined, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

async function create(
  host: HostConnection,
  name: string,
  subnet: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const body = {
    Name: name,
    CheckDuplicate: true,
    Driver: 'bridge',
    Internal: true,
    Options: { 'com.docker.network.bridge.enable_icc': 'false' },
    Labels: { [LABEL.role]: GATEWAY_ROLE },
    ...(subnet === undefined ? {} : { IPAM: { Config: [{ Subnet: subnet }] } }),
  };
  await host.post('/networks/create', body, undefined, { signal });
}
