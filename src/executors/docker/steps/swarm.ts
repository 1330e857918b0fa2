import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostConnection } from '../../transport/connection.ts';
import { engineWords, stepFailure } from './failure.ts';
import { awaitMembership } from './gossip.ts';
import type { StepRunner, StepScope } from './types.ts';

interface SwarmInfo {
  readonly Swarm: {
    readonly LocalNodeState: string;
    readonly ControlAvailable: boolean;
    readonly NodeAddr: string;
    readonly Cluster?: { readonly ID: string } | null;
    readonly RemoteManagers?: readonly { readonly NodeID: string; readonly Addr: string }[] | null;
  };
}

const LISTEN_ADDRESS = '0.0.0.0:2377';
const SWARM_TIMEOUT_MS = 90_000;
const PENDING_PATIENCE_MS = 60_000;
const PENDING_POLL_MS = 300;

/** Engines advertise addresses, not names; an interface's name stays as it is. */
async function ipOf(address: string): Promise<string> {
  if (isIP(address) !== 0) return address;
  return await lookup(address).then(
    (found) => found.address,
    () => address,
  );
}

/** How the host stands to a swarm; an engine still busy with an init or join whose answer was lost is waited for. */
async function settled(host: HostConnection, signal: AbortSignal): Promise<SwarmInfo['Swarm']> {
  const deadline = performance.now() + PENDING_PATIENCE_MS;
  for (;;) {
    const { Swarm } = await host.get<SwarmInfo>('/info', undefined, { signal });
    if (Swarm.LocalNodeState !== 'pending' || performance.now() > deadline) return Swarm;
    await sleep(PENDING_POLL_MS, undefined, { signal });
  }
}

/** Makes the host the first manager of a swarm, and waits for its gossip; one that is a manager is done. */
export const initSwarm: StepRunner<'swarm.init'> = async (step, { host, signal }) => {
  const Swarm = await settled(host, signal);
  if (Swarm.LocalNodeState === 'active' && Swarm.ControlAvailable) return await awaitMembership(host, host, signal);
  if (Swarm.LocalNodeState !== 'inactive') throw inSwarm(host.name, Swarm.LocalNodeState);
  const body = { ListenAddr: LISTEN_ADDRESS, AdvertiseAddr: await ipOf(step.advertiseAddress), ForceNewCluster: false };
  await change(host, '/swarm/init', body, signal);
  await awaitMembership(host, host, signal);
};

/** Joins the host to the swarm of `via`, and waits until it hears of it; one that is in it is done. */
export const joinSwarm: StepRunner<'swarm.join'> = async (step, scope) => {
  const { host, signal } = scope;
  const Swarm = await settled(host, signal);
  const manager = await scope.other(step.via).get<SwarmInfo>('/info', undefined, { signal });
  if (Swarm.LocalNodeState !== 'inactive') {
    if (sharesManager(Swarm, manager.Swarm)) return await awaitMembership(host, scope.other(step.via), signal);
    throw inSwarm(host.name, Swarm.LocalNodeState);
  }
  const body = {
    ListenAddr: LISTEN_ADDRESS,
    AdvertiseAddr: await ipOf(step.advertiseAddress),
    RemoteAddrs: (manager.Swarm.RemoteManagers ?? []).map((m) => m.Addr),
    JoinToken: await joinToken(step.via, step.role, scope),
  };
  await change(host, '/swarm/join', body, signal);
  await awaitMembership(host, scope.other(step.via), signal);
};

/** Afterwards `lastInfo` knows of it. */
async function change(host: HostConnection, path: string, body: object, signal: AbortSignal): Promise<void> {
  try {
    await host.post(path, body, undefined, { signal, timeoutMs: SWARM_TIMEOUT_MS });
  } catch (error) {
    const words = engineWords(error);
    const known = REASONS.find(({ pattern }) => pattern.test(words));
    if (known === undefined) throw error;
    throw stepFailure(known.code, known.message, { detail: host.name, why: words, fix: known.fix });
  }
  await host.get('/info', undefined, { signal });
}

/** What the engine says when it cannot be in a swarm. */
const REASONS = [
  {
    pattern: /live-restore/i,
    code: 'swarm/live-restore',
    message: 'host cannot join a swarm',
    fix: 'take "live-restore" out of /etc/docker/daemon.json on the host and restart the engine',
  },
  {
    pattern: /deadline exceeded|timeout was reached|connection refused|no route to host|unavailable/i,
    code: 'swarm/unreachable',
    message: 'host does not reach the swarm’s managers',
    fix: 'open TCP 2377 and 7946, UDP 7946 and 4789 between the hosts, and check their advertise addresses',
  },
  {
    pattern: /advertise|address/i,
    code: 'swarm/address',
    message: 'address of the host is of no use for a swarm',
    fix: 'give the host its advertise address in stowage.yaml',
  },
];

async function joinToken(via: string, role: 'manager' | 'worker', { other, signal }: StepScope): Promise<string> {
  const swarm = await other(via).get<{ JoinTokens: { Manager: string; Worker: string } }>('/swarm', undefined, {
    signal,
  });
  return role === 'manager' ? swarm.JoinTokens.Manager : swarm.JoinTokens.Worker;
}

function sharesManager(one: SwarmInfo['Swarm'], other: SwarmInfo['Swarm']): boolean {
  if (one.LocalNodeState !== 'active') return false;
  const managers = new Set((other.RemoteManagers ?? []).map((m) => m.NodeID));
  return (one.RemoteManagers ?? []).some((m) => managers.has(m.NodeID));
}

function inSwarm(host: string, state: string) {
  return stepFailure('swarm/other', 'host belongs to another swarm', {
    detail: host,
    why: `its engine says: ${state}`,
    fix: `take it out of that swarm (docker swarm leave on ${host}), or leave the host out of this stack`,
  });
}
