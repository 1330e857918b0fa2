import type { Diagnostic } from '../../model/diagnostic.ts';
import type { LiveHost } from '../../model/live.ts';
import type { Build } from './context.ts';

const MANAGERS = 3;

export interface SwarmSteps {
  /** A host whose engine manages the swarm, now or after the steps. */
  readonly manager: string;
  /** Steps after which all hosts asked for are in. */
  readonly joined: readonly number[];
}

/** The swarm of one plan while it is made. */
interface SwarmState {
  readonly manager: string;
  /** Steps that brought hosts in. */
  readonly byHost: Map<string, number>;
  /** How many there are after the steps so far. */
  managers: number;
  isTold: boolean;
}

const PORTS = '2377/tcp, 7946/tcp+udp, 4789/udp';
const emitted = new WeakMap<Build, SwarmState>();

/**
 * Steps that bring hosts into one swarm, so that an overlay network can span them. An existing swarm is used.
 * From three hosts on three are managers: a container on an overlay starts only while a manager is reachable.
 * Nothing stops before they are done: a host that is refused leaves everything as it was.
 */
export function emitSwarm(build: Build, hosts: readonly string[], isEncrypted = false): SwarmSteps {
  const ports = isEncrypted ? `${PORTS}, ESP (IP protocol 50)` : PORTS;
  const state = emitted.get(build) ?? startSwarm(build, hosts, ports);
  emitted.set(build, state);
  const live = (name: string) => build.hosts.get(name) as LiveHost;
  const joining = hosts.filter((name) => !state.byHost.has(name) && live(name).engine.swarm.state !== 'active');
  // Two managers are worse than one: the loss of either stops the swarm.
  let managersLeft = state.managers + joining.length >= MANAGERS ? MANAGERS - state.managers : 0;
  for (const name of joining) {
    const role = managersLeft-- > 0 ? 'manager' : 'worker';
    const first = state.byHost.get(state.manager);
    const cause = `its networks span hosts; opens ${ports} between ${hosts.join(', ')}`;
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
    build.beforeStops.push(id);
    if (role === 'manager') state.managers += 1;
  }
  if (joining.length > 0 && state.managers < MANAGERS && !state.isTold) build.diagnostics.push(fewManagers(state));
  state.isTold ||= joining.length > 0;
  return { manager: state.manager, joined: hosts.flatMap((h) => state.byHost.get(h) ?? []) };
}

function managersOf(build: Build): LiveHost[] {
  return [...build.hosts.values()].filter((h) => h.engine.swarm.state === 'active' && h.engine.swarm.isManager);
}

function startSwarm(build: Build, hosts: readonly string[], ports: string): SwarmState {
  const existing = managersOf(build);
  const known = existing.find((h) => hosts.includes(h.name)) ?? existing[0];
  if (known !== undefined) return { manager: known.name, byHost: new Map(), managers: existing.length, isTold: false };
  const manager = hosts[0] as string;
  const host = build.hosts.get(manager) as LiveHost;
  const cause = `its networks span ${hosts.join(', ')}; opens ${ports} between them`;
  build.changes.push({ action: 'create', kind: 'swarm', resource: 'swarm', host: manager, differences: [], cause });
  const id = build.graph.add('swarm.init', { host: manager, cause }, { advertiseAddress: advertise(host) });
  build.beforeStops.push(id);
  return { manager, byHost: new Map([[manager, id]]), managers: 1, isTold: false };
}

function fewManagers({ manager, managers }: SwarmState): Diagnostic {
  const one = managers === 1;
  return {
    severity: 'warning',
    code: 'plan/swarm-managers',
    message: one ? 'the swarm has one manager' : `the swarm has ${managers} managers`,
    where: one ? `host ${manager}` : 'the hosts of the stack',
    why: `${one ? `while ${manager}` : 'while one of them'} is away, what runs goes on, but no container starts or restarts on a network across hosts`,
    fix: 'from three hosts on there are three managers, and any one of them may be away',
  };
}

/** The address the other hosts reach it by: as the inventory says, else the one we reach it by. */
function advertise(host: LiveHost): string {
  return host.entry.advertiseAddress ?? host.address ?? '127.0.0.1';
}
