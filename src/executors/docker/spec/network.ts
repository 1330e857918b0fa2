import type { ContainerSpec, SpecAttachment } from '../../../model/spec.ts';
import { apiAtLeast, type FeatureGate } from './features.ts';

type EngineObject = Readonly<Record<string, unknown>>;

export interface NetworkOptions {
  readonly NetworkMode: string;
  /** Networks the create call itself joins. */
  readonly endpoints: Readonly<Record<string, EngineObject>>;
  /** `Config.MacAddress`, the only place before API 1.44. */
  readonly macAddress?: string;
  /** Networks to join before the start: engines before API 1.44 create with one network only. */
  readonly connectAfter: readonly { readonly network: string; readonly endpoint: EngineObject }[];
}

/** Network mode and endpoints; the first attachment is the one the container is created with. */
export function networkOptions(spec: ContainerSpec, gate: FeatureGate): NetworkOptions {
  const { network } = spec;
  if (network.mode === 'container') return alone(`container:${network.container}`);
  if (network.mode !== 'networks') return alone(network.mode);
  const [first, ...rest] = network.attachments;
  if (first === undefined) return alone('none');

  const severalAtCreate = apiAtLeast(gate.apiVersion, '1.44');
  const atCreate = severalAtCreate ? network.attachments : [first];
  const later = severalAtCreate ? [] : rest;
  for (const attachment of later) {
    if (attachment.macAddress !== undefined) gate.has('1.44', 'mac_address on a second network', 'error');
  }
  return {
    NetworkMode: first.network,
    endpoints: Object.fromEntries(atCreate.map((a) => [a.network, endpointSettings(a, gate)])),
    macAddress: severalAtCreate ? undefined : first.macAddress,
    connectAfter: later.map((a) => ({ network: a.network, endpoint: endpointSettings(a, gate) })),
  };
}

function alone(mode: string): NetworkOptions {
  return { NetworkMode: mode, endpoints: {}, connectAfter: [] };
}

/** `EndpointSettings` of the engine's API for one attachment. */
export function endpointSettings(attachment: SpecAttachment, gate: FeatureGate): EngineObject {
  const { ipv4Address, ipv6Address, linkLocalIps } = attachment;
  const hasAddress = ipv4Address !== undefined || ipv6Address !== undefined || linkLocalIps !== undefined;
  const priority =
    attachment.gatewayPriority !== undefined && gate.has('1.48', 'networks.gw_priority', 'warning')
      ? attachment.gatewayPriority
      : undefined;
  return {
    Aliases: attachment.aliases,
    IPAMConfig: hasAddress
      ? { IPv4Address: ipv4Address, IPv6Address: ipv6Address, LinkLocalIPs: linkLocalIps }
      : undefined,
    MacAddress: apiAtLeast(gate.apiVersion, '1.44') ? attachment.macAddress : undefined,
    DriverOpts: attachment.driverOptions,
    GwPriority: priority,
  };
}
