import type { DesiredState, Workload } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveContainer, LiveState } from '../../model/live.ts';
import { liveReplicas } from '../live-replicas.ts';
import type { NamedContainer } from './named.ts';
import * as problem from './problems.ts';

/** What shall be taken over. */
export interface ImportRequest {
  /** Compose project whose containers are meant. */
  readonly project?: string;
  readonly containers: readonly NamedContainer[];
}

/** A container and the replica it becomes. */
export interface Candidate {
  readonly host: string;
  readonly container: LiveContainer;
  readonly workload: string;
  readonly ordinal: number;
}

export interface Picked {
  /** Sorted by workload, ordinal. */
  readonly candidates: readonly Candidate[];
  readonly problems: readonly Diagnostic[];
  /** How many containers the request means, the stack's own included. */
  readonly found: number;
  /** What is left as it is, and why. */
  readonly notices: readonly Diagnostic[];
}

const COMPOSE = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
} as const;

type Found = Omit<Candidate, 'ordinal'> & { readonly wish?: number; readonly isNamed: boolean };

/**
 * Chooses the containers to take over, by compose's labels or by name, and gives each an ordinal: the one that is asked
 * for or that compose gave it, else the lowest that is free.
 */
export function pickContainers(desired: DesiredState, live: LiveState, request: ImportRequest): Picked {
  const problems: Diagnostic[] = [];
  const notices: Diagnostic[] = [];
  const found = [...byName(desired, live, request, problems), ...byProject(desired, live, request.project, notices)];
  const byId = new Map([...found].reverse().map((f) => [`${f.host} ${f.container.id}`, f]));
  const open = [...byId.values()].filter((f) => isOpen(f, desired.stack, problems));
  return {
    candidates: withOrdinals(open, desired, live, problems),
    problems,
    notices,
    found: byId.size + notices.length,
  };
}

/** Projects of compose that there are on the hosts, sorted. */
export function composeProjects(live: LiveState): string[] {
  const names = live.hosts.flatMap((h) => h.containers.flatMap((c) => c.labels[COMPOSE.project] ?? []));
  return [...new Set(names)].sort();
}

function byName(
  desired: DesiredState,
  live: LiveState,
  { containers }: ImportRequest,
  problems: Diagnostic[],
): Found[] {
  return containers.flatMap((named) => {
    const { name, host, workload, ordinal } = named;
    const places = live.hosts
      .filter((h) => host === undefined || h.name === host)
      .flatMap((h) => h.containers.filter((c) => c.name === name).map((container) => ({ host: h.name, container })));
    const trouble =
      wrongWorkload(desired, workload) ??
      wrongPlace(
        named,
        places.map((p) => p.host),
      );
    if (trouble !== undefined) problems.push(trouble);
    if (trouble !== undefined || places[0] === undefined) return [];
    return [{ ...places[0], workload, isNamed: true, ...(ordinal === undefined ? {} : { wish: ordinal }) }];
  });
}

function wrongPlace(named: NamedContainer, hosts: readonly string[]): Diagnostic | undefined {
  if (hosts.length === 0) return problem.noSuchContainer(named);
  return hosts.length > 1 ? problem.severalHosts(named, hosts) : undefined;
}

function wrongWorkload(desired: DesiredState, id: string): Diagnostic | undefined {
  const workload = desired.workloads.find((w) => w.id === id);
  if (workload === undefined)
    return problem.noSuchWorkload(
      id,
      desired.workloads.map((w) => w.id),
    );
  return cannotBeTaken(workload);
}

/** Only a container that is a replica by itself can become one. */
function cannotBeTaken(workload: Workload): Diagnostic | undefined {
  const { containers, initContainers } = workload.template;
  if (containers.length + initContainers.length > 1) return problem.isPod(workload.id);
  return workload.kind === 'job' || workload.kind === 'cron' ? problem.isJob(workload.id, workload.kind) : undefined;
}

function byProject(
  desired: DesiredState,
  live: LiveState,
  project: string | undefined,
  notices: Diagnostic[],
): Found[] {
  if (project === undefined) return [];
  return live.hosts.flatMap((host) =>
    host.containers.flatMap((container) => {
      const { labels } = container;
      const service = labels[COMPOSE.service];
      if (labels[COMPOSE.project] !== project || service === undefined) return [];
      const notice = leftAlone(desired, service, container);
      if (notice !== undefined) notices.push({ ...notice, where: `container ${container.name} on ${host.name}` });
      if (notice !== undefined) return [];
      const wish = Number(labels[COMPOSE.number]);
      return [{ host: host.name, container, workload: service, isNamed: false, ...(wish > 0 ? { wish } : {}) }];
    }),
  );
}

function leftAlone(desired: DesiredState, service: string, { labels, state }: LiveContainer): Diagnostic | undefined {
  if (labels[COMPOSE.oneOff]?.toLowerCase() === 'true') return problem.isOneOff();
  if (state === 'dead' || state === 'removing') return problem.isGoing(state);
  const workload = desired.workloads.find((w) => w.id === service);
  if (workload === undefined) return problem.notInFiles(service);
  const trouble = cannotBeTaken(workload);
  return trouble && { ...trouble, severity: 'warning' };
}

/** False for what is the stack's already; what is another stack's is a problem when it was named. */
function isOpen({ container, host, isNamed }: Found, stack: string, problems: Diagnostic[]): boolean {
  const owner = container.labels[LABEL.stack];
  if (owner !== undefined && owner !== stack && isNamed)
    problems.push(problem.othersContainer(container.name, host, owner));
  return owner === undefined;
}

function withOrdinals(
  found: readonly Found[],
  desired: DesiredState,
  live: LiveState,
  problems: Diagnostic[],
): Candidate[] {
  const taken = new Set(liveReplicas(live, desired.stack).map((r) => `${r.workload} ${r.ordinal}`));
  const first = new Map(desired.workloads.map((w) => [w.id, w.firstOrdinal]));
  const order = (f: Found) => [
    f.isNamed ? '0' : '1',
    f.workload,
    String(f.wish ?? 1e9).padStart(10, '0'),
    f.host,
    f.container.name,
  ];
  const sorted = [...found].sort((a, b) => (order(a).join('\n') < order(b).join('\n') ? -1 : 1));
  const candidates = sorted.map(({ host, container, workload, wish, isNamed }) => {
    const isTaken = wish !== undefined && taken.has(`${workload} ${wish}`);
    if (isTaken && isNamed) problems.push(problem.ordinalTaken(container.name, workload, wish));
    let ordinal = wish ?? first.get(workload) ?? 1;
    while (taken.has(`${workload} ${ordinal}`)) ordinal += 1;
    taken.add(`${workload} ${ordinal}`);
    return { host, container, workload, ordinal };
  });
  return candidates.sort((a, b) =>
    a.workload === b.workload ? a.ordinal - b.ordinal : a.workload < b.workload ? -1 : 1,
  );
}
