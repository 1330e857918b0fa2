import { setTimeout } from 'node:timers/promises';
import type { HostReader } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { inspectContainer } from './container.ts';
import { stepFailure } from './failure.ts';

const POLL_MS = 200;
const PATIENCE_MS = 20_000;
/** A new swarm has its ingress network at once, or an administrator has taken it away. */
const INGRESS_PATIENCE_MS = 5_000;

interface Membership {
  readonly Swarm: { readonly NodeAddr: string; readonly LocalNodeState: string };
}

/** A host of the swarm that is on the network. */
interface Peer {
  readonly IP: string;
}

/** What is or was asked of each host, for the many containers that start at the same time. */
const memberships = new WeakMap<HostReader, Promise<boolean>>();
const verified = new WeakMap<HostReader, Map<string, Promise<boolean>>>();

/**
 * Waits until the engine hears of the swarm's networks that a container is on, once per host and network. An engine
 * leaves a network with its last container there: one that has ended already (a short job) says nothing about it.
 */
export async function awaitGossipOf(container: string, host: HostReader, signal: AbortSignal): Promise<void> {
  if (!(await once(memberships, host, () => isMember(host, signal)))) return;
  const found = await inspectContainer(host, container, signal);
  const known = verified.get(host) ?? new Map<string, Promise<boolean>>();
  verified.set(host, known);
  const isRunning = async () => (await inspectContainer(host, container, signal))?.State.Running ?? false;
  for (const { NetworkID } of Object.values(found?.NetworkSettings.Networks ?? {})) {
    const ask = () => awaitPeers(host, [], NetworkID, signal, isRunning);
    while (isSwarmId(NetworkID) && !(await once(known, NetworkID, ask))) {
      known.delete(NetworkID);
      if (!(await isRunning())) return;
    }
  }
}

interface Cache<K, V> {
  get(key: K): Promise<V> | undefined;
  set(key: K, value: Promise<V>): unknown;
  delete(key: K): unknown;
}

/** The first asker's promise for all who ask meanwhile and later; one that failed is asked again. */
async function once<K, V>(cache: Cache<K, V>, key: K, ask: () => Promise<V>): Promise<V> {
  const asked = cache.get(key) ?? ask();
  cache.set(key, asked);
  try {
    return await asked;
  } catch (error) {
    cache.delete(key);
    throw error;
  }
}

/** Steps that make it a member ask it anew themselves: that costs the engine several processes. */
async function isMember(host: HostReader, signal: AbortSignal): Promise<boolean> {
  const state = (await host.lastInfo<Partial<Membership>>()).Swarm?.LocalNodeState ?? 'inactive';
  if (state === 'active' || state === 'inactive') return state === 'active';
  const { Swarm } = await host.get<Partial<Membership>>('/info', undefined, { signal });
  return Swarm?.LocalNodeState === 'active';
}

/** Networks of one host have ids of 64 hexadecimal digits, those of a swarm 25 other characters. */
function isSwarmId(networkId: string): boolean {
  return networkId !== '' && !/^[0-9a-f]{64}$/.test(networkId);
}

/**
 * Waits until a member of a swarm and one of its managers hear of each other, by the network that every member is on
 * from the moment it joins.
 *
 * @throws `swarm/deaf` when they do not within 20 s
 */
export async function awaitMembership(host: HostReader, manager: HostReader, signal: AbortSignal): Promise<void> {
  memberships.delete(host);
  const ingress = await ingressOf(manager, signal);
  if (ingress !== undefined) await awaitPeers(host, host === manager ? [] : [manager], ingress, signal);
}

/** What a member of a swarm hears of the others, at this moment. */
export interface Gossip {
  readonly address: string;
  /** Addresses of itself and of managers that should be heard of, and are not. */
  readonly missing: readonly string[];
}

/**
 * @param managers of the same swarm; one of them may be the host itself
 * @returns undefined when the swarm has no network that every member is on
 */
export async function gossipOf(
  host: HostReader,
  managers: readonly HostReader[],
  signal: AbortSignal,
): Promise<Gossip | undefined> {
  const ingress = managers[0] && (await ingressOf(managers[0], signal));
  if (ingress === undefined) return undefined;
  const members = await Promise.all([host, ...managers.filter((m) => m !== host)].map((m) => addressOf(m, signal)));
  const known = new Set((await hear(host, ingress, signal)).map(({ IP }) => IP));
  return { address: members[0] as string, missing: members.filter((address) => !known.has(address)) };
}

/**
 * Waits until the engine takes part in the gossip about a network, by which names and addresses get to the other
 * hosts. An engine that is a member and deaf starts containers without a complaint, and nobody ever finds them.
 *
 * @returns false when `isNeeded` said before that nobody is on the network any more
 */
async function awaitPeers(
  host: HostReader,
  others: readonly HostReader[],
  network: string,
  signal: AbortSignal,
  isNeeded: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  const members = await Promise.all([host, ...others].map((one) => addressOf(one, signal)));
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const known = new Set((await hear(host, network, signal)).map(({ IP }) => IP));
    const missing = members.filter((address) => !known.has(address));
    if (missing.length === 0) return true;
    if (!(await isNeeded())) return false;
    if (performance.now() > deadline) throw deaf(host.name, missing, missing.includes(members[0] as string));
    await setTimeout(POLL_MS, undefined, { signal });
  }
}

async function ingressOf(manager: HostReader, signal: AbortSignal): Promise<string | undefined> {
  const deadline = performance.now() + INGRESS_PATIENCE_MS;
  while (performance.now() < deadline) {
    const query = { filters: { scope: ['swarm'] } };
    const networks = await manager.get<{ Id: string; Ingress?: boolean }[]>('/networks', query, { signal });
    const found = networks.find(({ Ingress }) => Ingress);
    if (found !== undefined) return found.Id;
    await setTimeout(POLL_MS, undefined, { signal });
  }
  return undefined;
}

async function hear(host: HostReader, network: string, signal: AbortSignal): Promise<readonly Peer[]> {
  try {
    const found = await host.get<{ Peers?: readonly Peer[] | null }>(`/networks/${network}`, undefined, { signal });
    return found.Peers ?? [];
  } catch (error) {
    if (isStatus(error, 404)) return [];
    throw error;
  }
}

async function addressOf(host: HostReader, signal: AbortSignal): Promise<string> {
  const known = (await host.lastInfo<Partial<Membership>>()).Swarm?.NodeAddr;
  return known || (await host.get<Membership>('/info', undefined, { signal })).Swarm.NodeAddr;
}

/** Why a member is deaf, and the mend. */
export function whyDeaf(host: string, missing: readonly string[], isItself: boolean) {
  const why = isItself
    ? 'its gossip did not start: mostly an engine that was in another swarm before and still holds port 7946'
    : `it does not hear of ${missing.join(', ')}: TCP or UDP 7946 is closed between them`;
  const fix = isItself
    ? `restart its engine (systemctl restart docker on ${host}), then apply again`
    : 'open TCP 7946 and UDP 7946 and 4789 between the hosts, then apply again';
  return { why, fix };
}

function deaf(host: string, missing: readonly string[], isItself: boolean) {
  const parts = { detail: host, ...whyDeaf(host, missing, isItself) };
  return stepFailure('swarm/deaf', 'host is in the swarm and hears nothing of it', parts);
}
