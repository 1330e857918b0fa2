import { canonicalJson } from '../../model/canonical.ts';
import type { Difference } from '../../model/change.ts';
import type { DesiredState } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveHost, LiveNetwork, LiveState } from '../../model/live.ts';
import type { NetworkSpec, VolumeSpec } from '../../model/step.ts';
import { diffAttributes } from '../diff/spec.ts';
import type { NetworkUse } from '../networks.ts';
import { sharedNetwork } from './problems.ts';

interface Common {
  readonly host: string;
  readonly cause: string;
  /** Where it is not as the files have it. */
  readonly differences: readonly Difference[];
  readonly warnings?: readonly Diagnostic[];
}

/** A network or volume that is there under the name the files give it. */
export type AdoptedResource =
  | (Common & { readonly kind: 'network'; readonly id: string; readonly spec: NetworkSpec })
  | (Common & { readonly kind: 'volume'; readonly spec: VolumeSpec });

/** Networks of the files that exist on hosts with containers of the stack, and are nobody's. */
export function adoptedNetworks(
  uses: ReadonlyMap<string, NetworkUse>,
  live: LiveState,
  stack: string,
): AdoptedResource[] {
  return [...uses.values()].flatMap(({ network, spec, hosts }) => {
    if (network.external) return [];
    return live.hosts.flatMap((host): AdoptedResource[] => {
      const found = host.networks.find((n) => n.name === spec.name);
      if (found === undefined || !hosts.includes(host.name) || found.labels[LABEL.stack] !== undefined) return [];
      const now = networkNow(spec, found);
      const differences = diffAttributes(now, spec, 'your change');
      const isSame = differences.length === 0;
      const cause = `${spec.name}, which ${isSame ? 'is as the files say' : 'the next apply makes anew'}`;
      const warnings = sharedWith(host, spec.name, stack);
      return [{ kind: 'network', host: host.name, id: found.id, spec: now, cause, differences, warnings }];
    });
  });
}

/** The specification with what the network has otherwise; what the files leave open is as they say. */
function networkNow(spec: NetworkSpec, live: LiveNetwork): NetworkSpec {
  const pick = (wanted: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.keys(wanted).flatMap((key) => (found[key] === undefined ? [] : [[key, found[key]]])));
  const config = spec.ipam.config.map((wanted, i) => {
    const found = live.subnets.find((s) => s.subnet === wanted.subnet) ?? live.subnets[i] ?? {};
    return {
      ...(wanted.subnet === undefined || found.subnet === undefined ? {} : { subnet: found.subnet }),
      ...(wanted.gateway === undefined || found.gateway === undefined ? {} : { gateway: found.gateway }),
      ...(wanted.ipRange === undefined || found.ipRange === undefined ? {} : { ipRange: found.ipRange }),
      ...(wanted.auxAddresses === undefined ? {} : { auxAddresses: wanted.auxAddresses }),
    };
  });
  return {
    ...spec,
    driver: live.driver,
    driverOptions: pick(spec.driverOptions, live.options),
    internal: live.internal,
    attachable: live.driver === 'overlay' ? live.attachable : spec.attachable,
    enableIpv6: live.enableIpv6,
    ipam: { ...spec.ipam, config },
    labels: pick(spec.labels, live.labels),
  };
}

function sharedWith(host: LiveHost, network: string, stack: string): Diagnostic[] {
  const others = host.containers
    .filter((c) => c.labels[LABEL.stack] !== stack && c.networks.some((n) => n.name === network))
    .map((c) => c.name);
  return others.length === 0 ? [] : [sharedNetwork(network, host.name, others)];
}

/** Volumes of the files that containers of the stack use already, and that are nobody's. */
export function adoptedVolumes(desired: DesiredState, live: LiveState): AdoptedResource[] {
  return desired.volumes.flatMap((volume) => {
    if (volume.external) return [];
    const { id: resource, name, driver, driverOptions, labels } = volume;
    const spec: VolumeSpec = { name, resource, driver, driverOptions, labels };
    return live.hosts.flatMap((host): AdoptedResource[] => {
      const found = host.volumes.find((v) => v.name === name);
      const users = host.containers.filter((c) => c.labels[LABEL.stack] === desired.stack);
      const isUsed = users.some((c) => c.mounts.some((m) => m.type === 'volume' && m.name === name));
      if (found === undefined || !isUsed || found.labels[LABEL.stack] !== undefined) return [];
      const before = { driver: found.driver, driverOptions: found.options };
      const differences = diffAttributes(before, { driver, driverOptions }, 'your change').map((d) => ({
        ...d,
        forcesReplace: false,
      }));
      return [{ kind: 'volume', host: host.name, spec, cause: `${name}, with its data`, differences }];
    });
  });
}

/** The live state with the notes about networks and volumes. */
export function withResources(live: LiveState, adopted: readonly AdoptedResource[], stack: string): LiveState {
  const labels = (kind: AdoptedResource['kind'], host: string, name: string): Readonly<Record<string, string>> => {
    const found = adopted.find((a) => a.kind === kind && a.host === host && a.spec.name === name);
    if (found === undefined) return {};
    const { resource } = found.spec;
    return { [LABEL.stack]: stack, [LABEL.resource]: resource, [LABEL.spec]: canonicalJson(found.spec) };
  };
  const hosts = live.hosts.map((h) => ({
    ...h,
    networks: h.networks.map((n) => ({ ...n, labels: { ...n.labels, ...labels('network', h.name, n.name) } })),
    volumes: h.volumes.map((v) => ({ ...v, labels: { ...v.labels, ...labels('volume', h.name, v.name) } })),
  }));
  return { ...live, hosts };
}
