import type { SpecAttachment, SpecNetwork } from '../../../model/spec.ts';
import type { ContainerInspect } from './engine-types.ts';

/**
 * On an overlay the engine notes the address it has chosen as if it had been asked for. Where the container's
 * own specification names none, it is the engine's.
 */
export function withoutChosenAddresses(now: SpecNetwork, own: SpecNetwork): SpecNetwork {
  const asked = own.mode === 'networks' ? own.attachments : [];
  const given = (name: string) => asked.find(({ network }) => network === name);
  return mapAttachments(now, ({ ipv4Address, ipv6Address, ...rest }) => ({
    ...rest,
    ...(ipv4Address !== undefined && given(rest.network)?.ipv4Address !== undefined && { ipv4Address }),
    ...(ipv6Address !== undefined && given(rest.network)?.ipv6Address !== undefined && { ipv6Address }),
  }));
}

/** The same for a container without a specification: any address on a network of the swarm counts as chosen. */
export function withoutSwarmAddresses(now: SpecNetwork, inspect: ContainerInspect): SpecNetwork {
  const endpoints = inspect.NetworkSettings?.Networks ?? {};
  return mapAttachments(now, (attachment) => {
    if (isOneHosts(endpoints[attachment.network]?.NetworkID)) return attachment;
    const { ipv4Address: _v4, ipv6Address: _v6, ...rest } = attachment;
    return rest;
  });
}

/** Networks of one host have ids of 64 hexadecimal digits, those of a swarm 25 other characters. */
function isOneHosts(networkId: string | undefined): boolean {
  return /^[0-9a-f]{64}$/.test(networkId ?? '');
}

function mapAttachments(network: SpecNetwork, change: (attachment: SpecAttachment) => SpecAttachment): SpecNetwork {
  return network.mode === 'networks' ? { ...network, attachments: network.attachments.map(change) } : network;
}
