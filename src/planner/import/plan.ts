import type { Change, Difference } from '../../model/change.ts';
import type { DesiredState } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveContainer, LiveState } from '../../model/live.ts';
import type { Placement } from '../../model/placement.ts';
import type { Plan } from '../../model/plan.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { inputDigest } from '../digest.ts';
import { fingerprints } from '../fingerprint.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { liveReplicas } from '../live-replicas.ts';
import { replicaName } from '../names.ts';
import { networkUses } from '../networks.ts';
import { type PlanOptions, plan } from '../plan.ts';
import type { Candidate } from './pick.ts';
import { type AdoptedResource, adoptedNetworks, adoptedVolumes, withResources } from './resources.ts';

export interface ImportInput {
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly candidates: readonly Candidate[];
  /** What each container is, by host and id. */
  readonly seen: ReadonlyMap<string, ReadonlyMap<string, ContainerSpec>>;
  /** Workloads whose files are what they were when the containers were made: what differs was changed on the host. */
  readonly unchanged: ReadonlySet<string>;
  readonly options: PlanOptions;
}

/** A plan that only writes notes, and the plan that would follow it. */
export interface ImportPlan {
  readonly plan: Plan;
  /** Absent when it cannot be made; the plan's warnings say why. */
  readonly next?: Plan;
}

/** A container and all there is to know of it. */
interface Adopted extends Candidate {
  readonly spec: ContainerSpec;
  /** What the container is called within its replica. */
  readonly member: string;
  /** Tells this generation of the replica from the next. */
  readonly pod: string;
}

/**
 * Plans to take over containers with the networks and volumes they use: each becomes the stack's by a note on its host,
 * and nothing is done to it. What is not as the files have it is shown; only a later plan changes it.
 */
export function planImport(input: ImportInput): ImportPlan {
  const { desired, live, options } = input;
  const adopted = input.candidates.flatMap((candidate): Adopted[] => {
    const { host, container } = candidate;
    const spec = input.seen.get(host)?.get(container.id);
    const member = desired.workloads.find((w) => w.id === candidate.workload)?.template.containers[0]?.name;
    if (spec === undefined || member === undefined) return [];
    return [{ ...candidate, spec, member, pod: container.id.slice(0, 8) }];
  });
  const withContainers = asAdopted(live, adopted, desired.stack);
  const placed = [
    ...liveReplicas(live, desired.stack).map(({ workload, ordinal, host }) => ({ workload, ordinal, host })),
    ...adopted.map(({ workload, ordinal, host }) => ({ workload, ordinal, host })),
  ].map((p): Placement => ({ ...p, reason: 'runs there already' }));
  const uses = networkUses(desired, placed, live.hosts);
  const networks = adoptedNetworks(uses, withContainers, desired.stack);
  const volumes = adoptedVolumes(desired, withContainers);
  const next = plan(desired, withResources(withContainers, [...networks, ...volumes], desired.stack), options);
  const graph = new GraphBuilder();
  const changes = [
    ...networks.map((n) => resourceStep(graph, n)),
    ...volumes.map((v) => resourceStep(graph, v)),
    ...adopted.map((a) => containerStep(graph, a, next.ok ? next.plan : undefined, input.unchanged)),
  ];
  const steps = graph.finish();
  return {
    ...(next.ok ? { next: next.plan } : {}),
    plan: {
      version: 1,
      toolVersion: options.toolVersion,
      stack: desired.stack,
      hosts: live.hosts.map((h) => h.name).sort(),
      inputDigest: inputDigest(desired, live, options.images),
      desired,
      images: options.images,
      placements: next.ok ? next.plan.placements : placed,
      changes,
      steps,
      guarantees: steps.length === 0 ? [] : [untouched(desired.stack)],
      fingerprints: fingerprints(steps, live),
      warnings: [...networks.flatMap((n) => n.warnings ?? []), ...(next.ok ? [] : next.diagnostics.map(asWarning))],
      generated: next.ok ? next.plan.generated : {},
    },
  };
}

function untouched(stack: string): Plan['guarantees'][number] {
  return { type: 'order', subject: stack, text: 'nothing is created, stopped, restarted or removed', value: 0 };
}

function asWarning(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: 'warning' };
}

/** The live state as it will be observed once the notes are there. */
function asAdopted(live: LiveState, adopted: readonly Adopted[], stack: string): LiveState {
  const byId = new Map(adopted.map((a) => [`${a.host} ${a.container.id}`, a]));
  const container = (host: string, c: LiveContainer): LiveContainer => {
    const found = byId.get(`${host} ${c.id}`);
    if (found === undefined) return c;
    const labels = {
      [LABEL.stack]: stack,
      [LABEL.workload]: found.workload,
      [LABEL.ordinal]: String(found.ordinal),
      [LABEL.container]: found.member,
      [LABEL.role]: 'main',
      [LABEL.pod]: found.pod,
    };
    return { ...c, labels: { ...c.labels, ...labels }, spec: found.spec, adopted: true };
  };
  const hosts = live.hosts.map((h) => ({ ...h, containers: h.containers.map((c) => container(h.name, c)) }));
  return { ...live, hosts };
}

function containerStep(
  graph: GraphBuilder,
  adopted: Adopted,
  next: Plan | undefined,
  unchanged: ReadonlySet<string>,
): Change {
  const { host, workload, ordinal, container, spec, member, pod } = adopted;
  const resource = replicaName(workload, ordinal);
  const change = next?.changes.find((c) => c.kind === 'replica' && c.resource === resource && c.host === host);
  const cause = `${container.name}, ${verdict(change, next)}`;
  const replica = { workload, ordinal, container: member, role: 'main', pod } as const;
  graph.add(
    'container.adopt',
    { host, cause, workload },
    { replica, container: container.name, id: container.id, spec },
  );
  const differences = (change?.differences ?? []).map((d) => attributed(d, unchanged.has(workload)));
  return { action: 'adopt', kind: 'replica', resource, host, workload, differences, cause };
}

/** The files are as they were when the container was made, so somebody changed it since. */
function attributed(difference: Difference, isUnchanged: boolean): Difference {
  const isMine = difference.attribution === 'your change';
  return isMine && isUnchanged ? { ...difference, attribution: 'changed on the host' } : difference;
}

function verdict(change: Change | undefined, next: Plan | undefined): string {
  if (next === undefined) return 'as it is';
  switch (change?.action) {
    case 'no-op':
      return 'which is as the files say';
    case 'update':
      return 'which the next apply changes in place';
    case 'replace':
      return 'which the next apply replaces';
    case 'move':
      return 'which the next apply moves';
    default:
      return `which the next apply removes: ${change?.cause ?? 'another one is kept'}`;
  }
}

function resourceStep(graph: GraphBuilder, resource: AdoptedResource): Change {
  const { host, cause, differences } = resource;
  if (resource.kind === 'network') {
    graph.add('network.adopt', { host, cause }, { network: resource.spec, id: resource.id });
  } else {
    graph.add('volume.adopt', { host, cause }, { volume: resource.spec });
  }
  return { action: 'adopt', kind: resource.kind, resource: resource.spec.resource, host, differences, cause };
}
