import type { LiveHost } from '../../model/live.ts';
import type { Build } from './context.ts';

const MANAGERS = 3;

export interface SwarmSteps {
  /** A host whose engine manages the swarm, now or after the steps. */
  readonly manager: string;
  /** Steps after which all hosts asked for are in. */
  readonly joined: readonly number[];
}

const emitted = new WeakMap<Build, { manager: string; byHost: Map<string, number> }>();

/**
 * Steps that bring hosts into one swarm, so that an overlay network can span them. An existing swarm is used.
 * From three hosts on three are managers: a container on an overlay starts only while a manager is reachable.
 */
export function emitSwarm(build: Build, hosts: readonly string[]): SwarmSteps {
  const state = emitted.get(build) ?? startSwarm(build, hosts);
  emitted.set(build, state);
  const live = (name: string) => build.hosts.get(name) as LiveHost;
  const managers = [...build.hosts.values()].filter((h) => h.engine.swarm.isManager).length + state.byHost.size;
  let managersLeft = Math.max(0, MANAGERS - Math.max(managers, 1));
  for (const name of hosts) {
    if (state.byHost.has(name) || live(name).engine.swarm.state === 'active') continue;
    const role = hosts.length >= MANAGERS && managersLeft-- > 0 ? 'manager' : 'worker';
    const first = state.byHost.get(state.manager);
    const cause = `its networks span hosts; opens 2377/tcp, 7946/tcp+udp, 4789/udp between ${hosts.join(', ')}`;
    const after = [...(first === undefined ? [] : [first])];
    build.changes.push({
      action: 'create',
      kind: 'swarm',
      resource: `swarm ${role}`,
      host: name,
      differences: [],
      cause,
    });
    const id = build.graph.add(
      'swarm.join',
      { host: name, cause, after },
      { via: state.manager, role, advertiseAddress: advertise(live(name)) },
    );
    state.byHost.set(name, id);
  }
  return { manager: state.manager, joined: hosts.flatMap((h) => state.byHost.get(h) ?? []) };
}

function startSwarm(build: Build, hosts: readonly string[]): { manager: string; byHost: Map<string, number> } {
  const existing = [...build.hosts.values()].filter(
    (h) => h.engine.swarm.state === 'active' && h.engine.swarm.isManager,
  );
  const known = existing.find((h) => hosts.includes(h.name)) ?? existing[0];
  if (known !== undefined) return { manager: known.name, byHost: new Map() };
  const manager = hosts[0] as string;
  const host = build.hosts.get(manager) as LiveHost;
  const cause = `its networks span ${hosts.join(', ')}`;
  build.changes.push({ action: 'create', kind: 'swarm', resource: 'swarm', host: manager, differences: [], cause });
  const id = build.graph.add('swarm.init', { host: manager, cause }, { advertiseAddress: advertise(host) });
  return { manager, byHost: new Map([[manager, id]]) };
}

/** The address the other hosts reach it by: as the inventory says, else the one we reach it by. */
function advertise(host: LiveHost): string {
  return host.entry.advertiseAddress ?? host.address ?? '127.0.0.1';
}
