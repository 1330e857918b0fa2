import { setTimeout } from 'node:timers/promises';
import type { Gossip } from '../executors/docker/steps/gossip.ts';
import type { HostReader } from '../executors/transport/connection.ts';
import { HostError } from '../executors/transport/errors.ts';
import type { Check } from '../model/check.ts';
import type { SwarmFacts } from './doctor-checks.ts';

/** One that has just joined is asked again. */
const SECOND_LOOK_MS = 2_000;

/** Whether the members of swarms hear of the managers among the hosts: one that does not is found by nobody. */
export async function gossipChecks(hosts: readonly HostReader[]): Promise<Check[]> {
  const asked = await Promise.all(
    hosts.map(async (host) => {
      const { Swarm } = await host.get<{ readonly Swarm?: SwarmFacts }>('/info').catch(noAnswer);
      return { host, swarm: Swarm ?? {} };
    }),
  );
  const members = asked.filter(({ swarm }) => swarm.LocalNodeState === 'active');
  const checks = members.map(async ({ host, swarm }): Promise<Check[]> => {
    const names = (swarm.RemoteManagers ?? []).map(({ Addr }) => Addr.slice(0, Addr.lastIndexOf(':')));
    const managers = members.filter((m) => m.swarm.ControlAvailable && names.includes(m.swarm.NodeAddr ?? ''));
    return await oneHost(
      host,
      managers.map((m) => m.host),
    );
  });
  return (await Promise.all(checks)).flat();
}

/** The checks of the host itself say so. */
function noAnswer(error: unknown): { readonly Swarm?: SwarmFacts } {
  if (error instanceof HostError) return {};
  throw error;
}

async function oneHost(host: HostReader, managers: readonly HostReader[]): Promise<Check[]> {
  const { gossipOf } = await import('../executors/docker/steps/gossip.ts');
  const look = async () => await gossipOf(host, managers, AbortSignal.timeout(15_000));
  try {
    let found = await look();
    if (found !== undefined && found.missing.length > 0) {
      await setTimeout(SECOND_LOOK_MS);
      found = await look();
    }
    return found === undefined ? [] : [await gossipCheck(host.name, found)];
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return [{ check: 'gossip', host: host.name, status: 'skipped', text: error.message }];
  }
}

async function gossipCheck(host: string, { address, missing }: Gossip): Promise<Check> {
  if (missing.length === 0) return { check: 'gossip', host, status: 'ok', text: 'hears of the swarm’s managers' };
  const { whyDeaf } = await import('../executors/docker/steps/gossip.ts');
  const text = 'it is in the swarm and deaf: its names and addresses do not get to the other hosts';
  return { check: 'gossip', host, status: 'error', text, ...whyDeaf(host, missing, missing.includes(address)) };
}
