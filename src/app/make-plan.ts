import type { HostReader } from '../executors/transport/connection.ts';
import type { DesiredState } from '../model/desired.ts';
import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { DrainOptions } from '../planner/drain.ts';
import type { PlacementAnswer, PlacementQuestions } from '../planner/placement/questions.ts';
import type { PlanOptions } from '../planner/plan.ts';
import type { ImagePrune } from '../planner/prune/images.ts';
import type { VolumeMove } from '../planner/volumes/moves.ts';
import type { WhatIf } from '../planner/what-if.ts';
import { VERSION } from './cli/package.ts';
import type { StackImages } from './images.ts';

export interface MakePlanOptions {
  readonly targets?: readonly string[];
  readonly removeVolumes?: readonly string[];
  readonly volumeMoves?: PlanOptions['volumeMoves'];
  readonly volumeRestores?: PlanOptions['volumeRestores'];
  /** Renamings in the file that take their data along: old engine name → new. */
  readonly volumeRenames?: ReadonlyMap<string, string>;
  /** False leaves tags as they are. */
  readonly resolve: boolean;
  readonly isDestroy?: boolean;
  /** Told of a placement that found no host, before that is thrown. */
  readonly onUnplaced?: (placement: PlacementAnswer) => void;
  /** Images the last steps remove, for the plan that is about to be made. */
  readonly prune?: (live: LiveState, images: Readonly<Record<string, string>>) => Promise<ImagePrune | undefined>;
  readonly questions?: PlacementQuestions;
  readonly whatIf?: WhatIf;
  /** The host `whatIf` empties is really to be emptied. */
  readonly drain?: DrainOptions;
  /** What ran on hosts that are left out, by the history. */
  readonly away?: PlanOptions['away'];
  /** A snapshot in place of what is on the hosts. */
  readonly live?: LiveState;
  /** Inspect each container, to see what was changed on the hosts, or only whether it runs. */
  readonly refresh: boolean | 'states';
  readonly signal?: AbortSignal;
  /** Host whose copy of a built image is the one that is meant. */
  readonly builder?: string;
  /** Bytes of pull secrets by digest, for registries that want a login. */
  readonly payloads?: ReadonlyMap<string, Uint8Array>;
  /** Image reference → digest where they are settled already; nothing is looked up then. */
  readonly images?: Readonly<Record<string, string>>;
  /** Going back to an earlier revision: other hooks run. */
  readonly isUndo?: boolean;
  /** Workloads whose paused rollout goes on. */
  readonly promoted?: readonly string[];
}

export interface MadePlan {
  readonly plan: Plan;
  readonly live: LiveState;
  readonly placement: PlacementAnswer;
}

/**
 * Observes all hosts at once and plans. Nothing that is given here can change a host.
 *
 * @throws DiagnosticError when a host cannot be read, or the plan cannot be made
 */
export async function makePlan(
  desired: DesiredState,
  readers: readonly HostReader[],
  options: MakePlanOptions,
): Promise<MadePlan> {
  const observing = liveFor(desired, readers, options);
  const [live, { images, localImages, notices }, { plan }] = await Promise.all([
    observing,
    imagesOf(desired, readers, observing, options),
    import('../planner/plan.ts'),
  ]);
  const prune = await options.prune?.(live, images);
  const planOptions: PlanOptions = {
    toolVersion: VERSION,
    images,
    localImages,
    ...(options.targets === undefined ? {} : { targets: options.targets }),
    ...(options.isUndo === undefined ? {} : { isUndo: options.isUndo }),
    ...(options.promoted === undefined ? {} : { promoted: options.promoted }),
    ...(options.removeVolumes === undefined ? {} : { removeVolumes: options.removeVolumes }),
    volumeMoves: [...(options.volumeMoves ?? []), ...renamed(live, options.volumeRenames)],
    ...(options.volumeRestores === undefined ? {} : { volumeRestores: options.volumeRestores }),
    ...(options.questions === undefined ? {} : { questions: options.questions }),
    ...(options.away === undefined ? {} : { away: options.away }),
    ...(prune === undefined ? {} : { prune }),
    ...(options.drain === undefined ? {} : { drain: options.drain }),
    ...(options.isDestroy === undefined ? {} : { isDestroy: options.isDestroy }),
  };
  const result = plan(desired, live, planOptions);
  if (!result.ok) {
    if (result.placement !== undefined) options.onUnplaced?.(result.placement);
    throw new DiagnosticError(result.diagnostics, EXIT.failed);
  }
  return {
    plan: { ...result.plan, warnings: [...notices, ...result.plan.warnings] },
    live,
    placement: result.placement,
  };
}

/** On every host that has the old name: the data goes to the new one. */
function renamed(live: LiveState, renames: ReadonlyMap<string, string> = new Map()): VolumeMove[] {
  return [...renames].flatMap(([volume, toVolume]) =>
    live.hosts
      .filter((h) => h.volumes.some((v) => v.name === volume))
      .map(({ name }) => ({ volume, toVolume, fromHost: name, toHost: name, keepSource: false })),
  );
}

async function liveFor(
  desired: DesiredState,
  readers: readonly HostReader[],
  options: MakePlanOptions,
): Promise<LiveState> {
  const live = options.live ?? (await observe(readers, desired.stack, options));
  if (options.whatIf === undefined) return live;
  const { imagine } = await import('../planner/what-if.ts');
  return imagine(live, options.whatIf);
}

/**
 * What is on the hosts now. A host that cannot be read is not an empty host: it ends the command.
 *
 * @throws DiagnosticError with every unreadable host's reason
 */
export async function observe(
  readers: readonly HostReader[],
  stack: string,
  options: Pick<MakePlanOptions, 'refresh' | 'signal'> & { readonly known?: LiveState },
): Promise<LiveState> {
  const { observeAll } = await import('../executors/docker/observe/host.ts');
  const results = new Map(readers.map((connection) => [connection.name, { ok: true, connection } as const]));
  const live = await observeAll(results, { stack, ...options });
  if (live.unreadable.length === 0) return live;
  const diagnostics = live.unreadable.map((h) => ({
    severity: 'error' as const,
    code: h.code,
    message: 'a host cannot be read',
    where: `host ${h.name}`,
    why: h.reason,
    fix: `mend it, or leave it out by name: --without ${h.name}`,
  }));
  throw new DiagnosticError(diagnostics, EXIT.failed);
}

/** Those of an undo are known; all others are settled now, once for every host. */
async function imagesOf(
  desired: DesiredState,
  readers: readonly HostReader[],
  live: Promise<LiveState>,
  options: MakePlanOptions,
): Promise<StackImages> {
  if (options.images !== undefined) return { images: options.images, localImages: [], notices: [] };
  const { resolveStackImages } = await import('./images.ts');
  return await resolveStackImages(desired, readers, live, options);
}
