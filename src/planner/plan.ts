import type { DesiredState } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { LiveState } from '../model/live.ts';
import type { Placement } from '../model/placement.ts';
import type { Plan } from '../model/plan.ts';
import { awayHosts, awayWarning } from './away.ts';
import { replicaChanges } from './changes.ts';
import { type DecisionFor, decide } from './decide.ts';
import { workloadDemand } from './demand.ts';
import { decideReplica } from './diff/replica.ts';
import { inputDigest } from './digest.ts';
import { type DrainOptions, emitMark, refusalToMove, stuckWarning } from './drain.ts';
import { fingerprints } from './fingerprint.ts';
import { gatewayConfigs } from './gateway/config.ts';
import { portConflicts } from './gateway/conflicts.ts';
import { withUndoPolicies } from './going-back.ts';
import { GraphBuilder } from './graph/builder.ts';
import { topologicalOrder } from './graph/order.ts';
import { brokenPolicies } from './guarantees/broken.ts';
import { guaranteesOf } from './guarantees/index.ts';
import { peakMemory } from './guarantees/peak.ts';
import { type LiveReplica, liveReplicas } from './live-replicas.ts';
import { networkUses } from './networks.ts';
import { outdatedReplicas } from './outdated.ts';
import { answerPlacement, type PlacementAnswer, type PlacementQuestions } from './placement/questions.ts';
import { emitImageRemovals, type ImagePrune } from './prune/images.ts';
import { withRestartTokens } from './restart-token.ts';
import { peakErrors, peakOf } from './rollout/peak.ts';
import { mayFinish } from './rollout/ready.ts';
import { schedulingHosts } from './scheduling-hosts.ts';
import { specContext } from './spec-context.ts';
import { emitSteps } from './steps/all.ts';
import type { Build } from './steps/context.ts';
import { networkProblems, replacedNetworks } from './steps/networks.ts';
import { volumeProblems } from './steps/volumes.ts';
import { type Ground, uproot, uprootedReplicas } from './uproot.ts';
import { asMoved, moveProblems, staying, type VolumeMove } from './volumes/moves.ts';
import { findRenames, renameWarnings } from './volumes/renames.ts';
import { restoreProblems, type VolumeRestore } from './volumes/restore.ts';

export interface PlanOptions {
  readonly toolVersion: string;
  /** Image reference → digest. */
  readonly images: Readonly<Record<string, string>>;
  /** References no registry serves; they are sent from the engine of the machine that stowage runs on. */
  readonly localImages?: readonly string[];
  /** Only these workloads are planned, and nothing outside them is deleted. */
  readonly targets?: readonly string[];
  /** Engine names of volumes whose data may be deleted when nothing uses them. */
  readonly removeVolumes?: readonly string[];
  /** Data that goes to another host or name. */
  readonly volumeMoves?: readonly VolumeMove[];
  /** Volumes that are filled from backups. */
  readonly volumeRestores?: readonly VolumeRestore[];
  /** Workloads whose paused rollout goes on. */
  readonly promoted?: readonly string[];
  /** Going back to an earlier revision: other hooks run. */
  readonly isUndo?: boolean;
  /** What is asked about the placement besides. */
  readonly questions?: PlacementQuestions;
  /** A host that is to be emptied; it is marked before anything leaves it. `live` has the mark already. */
  readonly drain?: DrainOptions;
  /** What ran on hosts that are left out, by the history. */
  readonly away?: readonly Placement[];
  /** Images the last steps remove, once all else is done. */
  readonly prune?: ImagePrune;
  /** The stack is to go: without it, input that says nothing deletes nothing. */
  readonly isDestroy?: boolean;
}

export type PlanResult =
  | { readonly ok: true; readonly plan: Plan; readonly placement: PlacementAnswer }
  /** `placement` is there when placing itself found no host, so that it can be explained. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly placement?: PlacementAnswer };

/**
 * Makes the plan that turns what is live into what is desired. Pure: the same arguments give the same bytes.
 *
 * @param live every host of the run; a host that could not be read must have been refused or left out before
 */
export function plan(input: DesiredState, live: LiveState, options: PlanOptions): PlanResult {
  const replicas = liveReplicas(live, input.stack);
  const wanted = withRestartTokens(input, replicas);
  const desired = options.isUndo ? withUndoPolicies(wanted) : wanted;
  const ordered = topologicalOrder(
    desired.workloads.map((w) => w.id),
    (id) => desired.workloads.find((w) => w.id === id)?.dependsOn.map((d) => d.workload) ?? [],
  );
  if ('cycle' in ordered) return { ok: false, diagnostics: [cycleError(ordered.cycle)] };
  const generated: Record<string, string> = {};
  const context = specContext(desired, live, options.images, generated);
  const refusal = emptyRefusal(desired, replicas, options);
  if (refusal !== undefined) return { ok: false, diagnostics: [refusal] };
  const moves = options.volumeMoves ?? [];
  const demands = desired.workloads.map((w) => workloadDemand(w, context));
  const placement = answerPlacement(
    {
      hosts: [
        ...schedulingHosts(asMoved(live, moves), desired.stack, staying(replicas, moves), {
          outdated: outdatedReplicas(desired, live.hosts, replicas, context),
          stays: (id) => refusalToMove(id, desired, context),
        }),
        ...awayHosts(options.away ?? [], demands),
      ],
      workloads: demands,
      strategy: desired.options.strategy,
      ...(desired.options.seed === undefined ? {} : { seed: desired.options.seed }),
    },
    options.questions,
  );
  const placed = placement.result;
  if (placed.unplaced.length > 0) return { ok: false, diagnostics: placed.unplaced.map(unplacedError), placement };
  const build: Build = {
    stack: desired.stack,
    desired,
    hosts: new Map(live.hosts.map((h) => [h.name, h])),
    specs: context,
    localImages: options.localImages ?? [],
    graph: new GraphBuilder(),
    changes: [],
    diagnostics: [],
    beforeStops: [],
  };
  const here = placed.placements.filter((p) => build.hosts.has(p.host));
  const uses = networkUses(desired, here, live.hosts);
  const problems = [
    ...networkProblems(uses, desired.stack, build.hosts),
    ...volumeProblems(desired, here, build.hosts),
    ...portConflicts(gatewayConfigs(desired, here, build.hosts).configs, build.hosts, desired.stack),
    ...moveProblems(moves, build.hosts),
    ...restoreProblems(build, options.volumeRestores ?? []),
  ];
  if (problems.length > 0) return { ok: false, diagnostics: problems };
  const ground: Ground = {
    networks: replacedNetworks(uses, desired.stack, build.hosts),
    moves,
    restores: options.volumeRestores ?? [],
  };
  const uprooted = uprootedReplicas(ground, replicas);
  const decision: DecisionFor = (replica, generations, called) =>
    uproot(decideReplica(replica, generations, mayFinish(replica.workload, desired, generations), called), uprooted);
  const order = ordered.order.filter((id) => options.targets?.includes(id) ?? true);
  const parts = decide({ desired, order, placements: here, live: replicas, hosts: build.hosts, context, decision });
  build.diagnostics.push(...renameWarnings(findRenames(build, parts), ground.moves));
  const peak = peakOf(placement.request, here, parts, context);
  if (peak.problems.length > 0) return { ok: false, diagnostics: peakErrors(peak), placement };
  if (options.drain !== undefined) emitMark(build, options.drain);
  build.diagnostics.push(...placement.stuck.map(stuckWarning));
  build.diagnostics.push(...placed.placements.filter((p) => !build.hosts.has(p.host)).map(awayWarning));
  const orphans =
    options.targets === undefined ? replicas.filter((r) => !desired.workloads.some((w) => w.id === r.workload)) : [];
  const forced = emitSteps(build, {
    parts,
    orphans,
    uses,
    ground,
    live,
    removeVolumes: options.removeVolumes ?? [],
    isPartial: options.targets !== undefined,
    placements: here,
    promoted: options.promoted ?? [],
    isUndo: options.isUndo ?? false,
    isWithout: (options.away ?? []).length > 0,
  });
  if (options.prune !== undefined) emitImageRemovals(build, options.prune, build.graph.ids());
  const workloads = parts.filter((p) => p.workload.hook === undefined);
  build.changes.push(...replicaChanges(build, workloads, orphans));
  const steps = build.graph.finish();
  const guarantees = guaranteesOf(parts, steps, build);
  const broken = brokenPolicies(workloads, steps, guarantees, build, forced);
  if (broken.length > 0) return { ok: false, diagnostics: broken, placement };
  return {
    ok: true,
    placement,
    plan: {
      version: 1,
      toolVersion: options.toolVersion,
      stack: desired.stack,
      hosts: live.hosts.map((h) => h.name).sort(),
      inputDigest: inputDigest(wanted, live, options.images),
      desired: wanted,
      images: options.images,
      placements: placed.placements,
      changes: build.changes,
      steps,
      guarantees: [...guarantees, ...peakMemory(peak.hosts, steps, build)],
      fingerprints: fingerprints(steps, live),
      warnings: build.diagnostics,
      generated,
    },
  };
}

/** Empty input is more likely a mistake than the wish to delete everything. */
function emptyRefusal(
  desired: DesiredState,
  live: readonly LiveReplica[],
  options: PlanOptions,
): Diagnostic | undefined {
  if (desired.workloads.length > 0 || live.length === 0 || options.isDestroy) return undefined;
  return {
    severity: 'error',
    code: 'plan/empty-input',
    message: 'the files name no workload, and the stack has some',
    where: `stack ${desired.stack}, ${new Set(live.map((r) => r.workload)).size} workloads live`,
    why: 'input that says nothing deletes nothing',
    fix: 'check the files; to remove the stack, run stowage destroy',
  };
}

function cycleError(cycle: readonly string[]): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/depends-on-cycle',
    message: 'workloads wait for each other',
    detail: [...cycle, cycle[0]].join(' → '),
    why: 'a start order needs one workload that waits for nobody',
    fix: `remove one of the ${cycle.length} dependencies`,
  };
}

function unplacedError(unplaced: {
  workload: string;
  ordinal: number;
  summary: string;
  refusals: readonly { host: string; filter: string; reason: string }[];
  suggestion?: string;
}): Diagnostic {
  return {
    severity: 'error',
    code: 'placement/no-host',
    message: 'a replica fits on no host',
    where: `${unplaced.workload}.${unplaced.ordinal}`,
    why: unplaced.summary,
    fix:
      unplaced.suggestion ??
      closedFix(unplaced.refusals) ??
      `change what it asks for, or add a host; stowage plan --explain ${unplaced.workload} shows each host's verdict`,
  };
}

/** A host that would do, were it not cordoned or drained. */
function closedFix(refusals: readonly { host: string; filter: string }[]): string | undefined {
  const byHost = new Map<string, string[]>();
  for (const { host, filter } of refusals) byHost.set(host, [...(byHost.get(host) ?? []), filter]);
  const closed = [...byHost].find(([, filters]) => filters.every((filter) => filter === 'availability'))?.[0];
  return closed === undefined ? undefined : `open the host again (stowage hosts uncordon ${closed}), or add another`;
}
