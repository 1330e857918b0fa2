import type { Diagnostic } from '../../model/diagnostic.ts';
import type { LiveHost } from '../../model/live.ts';
import { compareNetwork, networkChange } from '../diff/network.ts';
import type { LiveReplica } from '../live-replicas.ts';
import type { NetworkUse } from '../networks.ts';
import type { Build } from './context.ts';
import { emitSwarm } from './swarm.ts';

/** A network on a host that has to be made anew, with the replicas that hang on it. */
export interface ReplacedNetwork {
  readonly use: NetworkUse;
  readonly host: string;
}

/** Networks that exist with another definition; one that is not ours is an error. */
export function replacedNetworks(
  uses: ReadonlyMap<string, NetworkUse>,
  hosts: ReadonlyMap<string, LiveHost>,
): ReplacedNetwork[] {
  const replaced: ReplacedNetwork[] = [];
  for (const use of uses.values()) {
    if (use.network.external) continue;
    for (const name of use.hosts) {
      const host = hosts.get(name);
      if (host !== undefined && compareNetwork(use.spec, host).state === 'differs') replaced.push({ use, host: name });
    }
  }
  return replaced;
}

/** External networks that are missing, and names that are taken by a network that is not ours. */
export function networkProblems(
  uses: ReadonlyMap<string, NetworkUse>,
  hosts: ReadonlyMap<string, LiveHost>,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const { network, spec, hosts: names } of uses.values()) {
    for (const name of names) {
      const host = hosts.get(name);
      if (host === undefined) continue;
      const { state } = compareNetwork(spec, host);
      if (network.external && state === 'missing' && !isSwarmScoped(spec.name, hosts))
        problems.push(missing(spec.name, name));
      if (!network.external && state === 'foreign') problems.push(foreign(spec.name, name));
    }
  }
  return problems;
}

/** A worker lists an overlay only once something there uses it, so one host that has it is enough. */
function isSwarmScoped(name: string, hosts: ReadonlyMap<string, LiveHost>): boolean {
  return [...hosts.values()].some((h) => h.networks.some((n) => n.name === name && n.scope === 'swarm'));
}

function missing(network: string, host: string): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/external-network-missing',
    message: 'an external network does not exist',
    where: `network ${network} on ${host}`,
    why: 'the file declares it external, so it is not created',
    fix: `create it (docker network create ${network} on ${host}), or remove external: true`,
  };
}

function foreign(network: string, host: string): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/network-name-taken',
    message: 'a network of this name belongs to somebody else',
    where: `network ${network} on ${host}`,
    why: 'it carries no label of this stack, so it is neither used nor changed',
    fix: 'declare it external: true to use it, give yours another name:, or take it over with stowage import',
  };
}

/**
 * Steps for networks that live across hosts (with the swarm they need) and for those made anew.
 *
 * @param detached steps that stop and remove what hangs on the replaced networks, by `host network`
 * @returns steps by network name (overlay) or `host network` (made anew) that users wait for
 */
export function emitNetworks(
  build: Build,
  uses: ReadonlyMap<string, NetworkUse>,
  replaced: readonly ReplacedNetwork[],
  detached: ReadonlyMap<string, readonly number[]>,
): Map<string, readonly number[]> {
  const steps = new Map<string, readonly number[]>();
  for (const { use, host } of replaced) {
    const found = compareNetwork(use.spec, build.hosts.get(host) as LiveHost);
    const differences = found.state === 'differs' ? found.differences : [];
    const cause = `${differences[0]?.path ?? 'definition'} changed`;
    build.changes.push(networkChange('replace', use.spec, host, cause, differences));
    const after = detached.get(`${host} ${use.spec.name}`) ?? [];
    steps.set(`${host} ${use.spec.name}`, [
      build.graph.add('network.remove', { host, cause, after }, { network: use.spec.name }),
    ]);
  }
  for (const use of uses.values()) {
    if (use.spec.driver !== 'overlay' || use.network.external || use.hosts.length === 0) continue;
    steps.set(use.spec.name, emitOverlay(build, use, steps));
  }
  return steps;
}

function emitOverlay(build: Build, use: NetworkUse, steps: ReadonlyMap<string, readonly number[]>): readonly number[] {
  const removed = use.hosts.flatMap((h) => steps.get(`${h} ${use.spec.name}`) ?? []);
  const exists = [...build.hosts.values()].some((h) => compareNetwork(use.spec, h).state === 'same');
  const swarm = emitSwarm(build, use.hosts);
  if (exists && removed.length === 0) return swarm.joined;
  if (removed.length === 0)
    build.changes.push(networkChange('create', use.spec, undefined, `spans ${use.hosts.join(', ')}`));
  const head = { host: swarm.manager, cause: `spans ${use.hosts.join(', ')}`, after: [...swarm.joined, ...removed] };
  return [build.graph.add('network.create', head, { network: use.spec })];
}

/** Replicas that hang on a network made anew: they have to go first. */
export function hangingOn(
  replaced: readonly ReplacedNetwork[],
  replicas: readonly LiveReplica[],
): Map<LiveReplica, string[]> {
  const hanging = new Map<LiveReplica, string[]>();
  for (const { use, host } of replaced) {
    for (const replica of replicas) {
      if (replica.host !== host) continue;
      if (!replica.containers.some((c) => c.networks.some((n) => n.name === use.spec.name))) continue;
      hanging.set(replica, [...(hanging.get(replica) ?? []), `${host} ${use.spec.name}`]);
    }
  }
  return hanging;
}
