import { type ContainerInspect, inspectContainer } from '../steps/container.ts';
import { stepFailure } from '../steps/failure.ts';
import type { StepScope } from '../steps/types.ts';

interface GatewayBridge {
  readonly Containers?: Readonly<Record<string, { readonly Name: string; readonly IPv4Address: string }>> | null;
}

const GATEWAY_BRIDGE = 'docker_gwbridge';

/**
 * The address at which the host itself reaches a container. An overlay address is of no use there: the container's
 * leg on the engine's gateway bridge is taken instead.
 *
 * @throws `probe/no-address` for a container without a network
 */
export async function containerAddress(container: ContainerInspect, { host, signal }: StepScope): Promise<string> {
  const mode = container.HostConfig.NetworkMode;
  if (mode === 'host') return '127.0.0.1';
  if (mode.startsWith('container:')) {
    const owner = await inspectContainer(host, mode.slice('container:'.length), signal);
    if (owner !== undefined) return containerAddress(owner, { host, signal } as StepScope);
  }
  const networks = Object.entries(container.NetworkSettings.Networks);
  for (const [name, endpoint] of networks) {
    if (endpoint.IPAddress !== '' && (await isLocal(name, host, signal))) return endpoint.IPAddress;
  }
  const leg = await gatewayLeg(container, host, signal);
  if (leg !== undefined) return leg;
  throw stepFailure('probe/no-address', 'container has no address to probe', {
    detail: container.Name.slice(1),
    fix: 'give it a network, or use an exec probe',
  });
}

async function isLocal(network: string, host: StepScope['host'], signal: AbortSignal): Promise<boolean> {
  const found = await host.get<{ Scope: string }>(`/networks/${encodeURIComponent(network)}`, undefined, { signal });
  return found.Scope === 'local';
}

async function gatewayLeg(
  container: ContainerInspect,
  host: StepScope['host'],
  signal: AbortSignal,
): Promise<string | undefined> {
  const name = `gateway_${container.NetworkSettings.SandboxID.slice(0, 12)}`;
  const { Containers } = await host.get<GatewayBridge>(`/networks/${GATEWAY_BRIDGE}`, undefined, { signal });
  const leg = Object.values(Containers ?? {}).find((c) => c.Name === name);
  return leg?.IPv4Address.split('/')[0];
}
