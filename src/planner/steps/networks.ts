import type { Difference } from '../../model/change.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { LiveHost } from '../../model/live.ts';
import { compareNetwork, networkChange } from '../diff/network.ts';
import type { LiveReplica } from '../live-replicas.ts';
import { createInputs, type NetworkUse } from '../networks.ts';
import { subnetProblems } from '../subnets.ts';
import type { Build } from './context.ts';
import { fixedCreated, hasFixedSubnet } from './fixed-subnets.ts';
import { emitSwarm } from './swarm.ts';

/** A network that has to be made anew: on one host, or on all of them when it is an overlay. */
export interface ReplacedNetwork {
  readonly use: NetworkUse;
  /** Hosts whose replicas hang on it. */
  readonly hosts: readonly string[];
  /** Where it is removed: an overlay on a manager. */
  readonly removeOn: string;
  readonly differences: readonly Difference[];
}

/** Networks that exist with another definition. */
export function replacedNetworks(
  uses: ReadonlyMap<string, NetworkUse>,
  stack: string,
  hosts: ReadonlyMap<string, LiveHost>,
): ReplacedNetwork[] {
  const replaced: ReplacedNetwork[] = [];
  for (const use of uses.values()) {
    if (use.network.external) continue;
    const overlays: string[] = [];
    for (const host of hosts.values()) {
      const found = compareNetwork(use.spec, stack, host);
      if (found.state !== 'differs') continue;
      const isOverlay = found.live.driver === 'overlay';
      if (isOverlay) overlays.push(host.name);
      else if (use.hosts.includes(host.name)) {
        replaced.push({ use, hosts: [host.name], removeOn: host.name, differences: found.differences });
      }
    }
    const manager = overlays.find((name) => hosts.get(name)?.engine.swarm.isManager);
    if (manager === undefined) continue;
    const found = compareNetwork(use.spec, stack, hosts.get(manager) as LiveHost);
    const differences = found.state === 'differs' ? found.differences : [];
    replaced.push({ use, hosts: overlays, removeOn: manager, differences });
  }
  return replaced;
}

/** External networks that are missing, and names that are taken by a network that is not ours. */
export function networkProblems(
  uses: ReadonlyMap<string, NetworkUse>,
  stack: string,
  hosts: ReadonlyMap<string, LiveHost>,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const { network, spec, hosts: names } of uses.values()) {
    for (const name of names) {
      const host = hosts.get(name);
      if (host === undefined) continue;
      const { state } = compareNetwork(spec, stack, host);
      if (network.external && state === 'missing' && !isSwarmScoped(spec.name, hosts))
        problems.push(missing(spec.name, name));
      if (!network.external && state === 'foreign') problems.push(foreign(spec.name, name));
    }
  }
  return [...problems, ...subnetProblems([...uses.values()], hosts)];
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

/** Brings the hosts of networks across hosts into a swarm, before anything is stopped for such a network. */
export function emitSwarms(build: Build, uses: ReadonlyMap<string, NetworkUse>): void {
  for (const use of uses.values()) if (isOwnOverlay(use)) emitSwarm(build, use.hosts, use.network.encrypted);
}

function isOwnOverlay({ spec, network, hosts }: NetworkUse): boolean {
  return spec.driver === 'overlay' && !network.external && hosts.length > 0;
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
  for (const { use, hosts, removeOn, differences } of replaced) {
    const cause = causeOf(use, differences);
    build.changes.push(
      networkChange('replace', use.spec, hosts.length === 1 ? removeOn : undefined, cause, differences),
    );
    const after = hosts.flatMap((host) => detached.get(`${host} ${use.spec.name}`) ?? []);
    const id = build.graph.add('network.remove', { host: removeOn, cause, after }, { network: use.spec.name });
    for (const host of hosts) steps.set(`${host} ${use.spec.name}`, [id]);
  }
  const overlays = [...uses.values()].filter(isOwnOverlay);
  for (const isFixed of [true, false]) {
    for (const use of overlays.filter(({ spec }) => hasFixedSubnet(spec) === isFixed)) {
      steps.set(use.spec.name, emitOverlay(build, use, steps));
    }
  }
  return steps;
}

function causeOf({ spec, hosts }: NetworkUse, differences: readonly Difference[]): string {
  const isMove = spec.driver === 'overlay' && differences.some(({ path }) => path === 'driver');
  return isMove ? `it now spans ${hosts.join(', ')}` : `${differences[0]?.path ?? 'definition'} changed`;
}

function emitOverlay(build: Build, use: NetworkUse, steps: ReadonlyMap<string, readonly number[]>): readonly number[] {
  const removed = use.hosts.flatMap((h) => steps.get(`${h} ${use.spec.name}`) ?? []);
  const exists = [...build.hosts.values()].some((h) => compareNetwork(use.spec, build.stack, h).state === 'same');
  const swarm = emitSwarm(build, use.hosts);
  if (exists && removed.length === 0) return swarm.joined;
  if (removed.length === 0)
    build.changes.push(networkChange('create', use.spec, undefined, `spans ${use.hosts.join(', ')}`));
  const first = hasFixedSubnet(use.spec) ? [] : fixedCreated(build, swarm.manager);
  const after = [...swarm.joined, ...removed, ...first];
  const head = { host: swarm.manager, cause: `spans ${use.hosts.join(', ')}`, after };
  return [build.graph.add('network.create', head, createInputs(use))];
}

/** Replicas that hang on a network made anew: they have to go first. */
export function hangingOn(
  replaced: readonly ReplacedNetwork[],
  replicas: readonly LiveReplica[],
): Map<LiveReplica, string[]> {
  const hanging = new Map<LiveReplica, string[]>();
  for (const { use, hosts } of replaced) {
    for (const replica of replicas) {
      if (!hosts.includes(replica.host)) continue;
      if (!replica.containers.some((c) => c.networks.some((n) => n.name === use.spec.name))) continue;
      hanging.set(replica, [...(hanging.get(replica) ?? []), `${replica.host} ${use.spec.name}`]);
    }
  }
  return hanging;
}
