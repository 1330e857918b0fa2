import type { Network, PlacementStrategy, PruneOptions, StackOptions, Volume } from '../../../model/desired.ts';
import { present } from './convert.ts';
import { booleanIn, type Extension, extensionOf, numberIn, textIn } from './extension.ts';
import type { CanonicalNetwork, CanonicalProject, CanonicalVolume } from './types.ts';

export function networkOf(id: string, n: CanonicalNetwork, project: CanonicalProject): Network {
  const all = booleanIn(extensionOf(project['x-stowage']), 'encrypted') ?? false;
  const own = booleanIn(extensionOf(n['x-stowage']), 'encrypted');
  return {
    id,
    name: n.name ?? id,
    external: n.external ?? false,
    driverOptions: n.driver_opts ?? {},
    internal: n.internal ?? false,
    attachable: n.attachable ?? false,
    enableIpv6: n.enable_ipv6 ?? false,
    encrypted: own ?? (all || n.driver_opts?.encrypted !== undefined),
    ipam: {
      config: (n.ipam.config ?? []).map((c) =>
        present({ subnet: c.subnet, gateway: c.gateway, ipRange: c.ip_range, auxAddresses: c.aux_addresses }),
      ),
      options: {},
      ...present({ driver: n.ipam.driver }),
    },
    labels: n.labels ?? {},
    ...present({ driver: n.driver === 'default' ? undefined : n.driver, enableIpv4: n.enable_ipv4 }),
  };
}

export function volumeOf(id: string, v: CanonicalVolume): Volume {
  return {
    id,
    name: v.name ?? id,
    external: v.external ?? false,
    driver: v.driver === undefined || v.driver === 'default' ? 'local' : v.driver,
    driverOptions: v.driver_opts ?? {},
    labels: v.labels ?? {},
  };
}

/** `x-stowage` at the top of the file. */
export function optionsOf(project: CanonicalProject): StackOptions {
  const extension = extensionOf(project['x-stowage']);
  return {
    strategy: (textIn(extension, 'strategy') ?? 'spread') as PlacementStrategy,
    ...present({
      seed: textIn(extension, 'seed'),
      pauseImage: textIn(extension, 'pause-image'),
      gatewayImage: textIn(extension, 'gateway-image'),
      prune: extension.prune === undefined ? undefined : pruneOf(extensionOf(extension.prune)),
    }),
  };
}

function pruneOf(prune: Extension): PruneOptions {
  return present({ keep: numberIn(prune, 'keep'), afterApply: booleanIn(prune, 'after-apply') });
}
