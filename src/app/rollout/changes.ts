import type { DesiredState, Workload } from '../../model/desired.ts';
import { DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/exit-codes.ts';
import { readRolloutNotes } from '../../model/rollout.ts';
import { knownWorkloads, type OneOffRequest, runFromHistory, type Stage } from './from-history.ts';

/** `stowage scale web=5 …` */
export async function runScale(request: OneOffRequest, wanted: ReadonlyMap<string, number>): Promise<ExitCode> {
  return await runFromHistory(request, ({ current }) => {
    const targets = knownWorkloads(current.desired, [...wanted.keys()]);
    return {
      action: 'scale',
      desired: changed(current.desired, targets, (w) => ({ ...w, replicas: wanted.get(w.id) ?? w.replicas })),
      images: current.images,
      revisions: [current],
      question: `Scale ${[...wanted].map(([id, n]) => `${id} to ${n}`).join(', ')}?`,
      plan: { targets },
    };
  });
}

/** `stowage set image web=app:2`, or `web/sidecar=proxy:3` for one container of a pod. */
export async function runSetImage(request: OneOffRequest, images: ReadonlyMap<string, string>): Promise<ExitCode> {
  return await runFromHistory(request, async (stage) => {
    const { current, readers } = stage;
    const targets = knownWorkloads(current.desired, [...new Set([...images.keys()].map(workloadOf))]);
    const { resolveDigests } = await import('../../executors/docker/images/resolve.ts');
    const resolved = await resolveDigests([...new Set(images.values())], readers, await stage.live());
    return {
      action: 'set',
      desired: changed(current.desired, targets, (w) => withImages(w, images)),
      images: { ...current.images, ...resolved },
      revisions: [current],
      question: `Set the image of ${[...images].map(([id, image]) => `${id} to ${image}`).join(', ')}?`,
      plan: { targets },
    };
  });
}

/** `stowage rollout restart`: every replica anew, as the rollout policy says. */
export async function runRestart(request: OneOffRequest, names: readonly string[], token: string): Promise<ExitCode> {
  return await runFromHistory(request, ({ current }) => {
    const all = current.desired.workloads.filter((w) => w.kind !== 'job' && w.kind !== 'cron').map((w) => w.id);
    const targets = names.length === 0 ? all : knownWorkloads(current.desired, names);
    return {
      action: 'restart',
      desired: changed(current.desired, targets, (w) => ({ ...w, template: { ...w.template, restartToken: token } })),
      images: current.images,
      revisions: [current],
      question: `Restart ${targets.join(', ')}?`,
      plan: { targets },
    };
  });
}

/** `stowage rollout promote`: paused rollouts go on. */
export async function runPromote(request: OneOffRequest, names: readonly string[]): Promise<ExitCode> {
  return await runFromHistory(request, async (stage) => {
    const revision = paused(stage);
    const live = await stage.live();
    const waiting = live.hosts.flatMap((h) => [...readRolloutNotes(h.volumes, stage.stack).keys()]);
    const promoted = names.length === 0 ? [...new Set(waiting)] : knownWorkloads(revision.desired, names);
    return {
      action: 'promote',
      desired: revision.desired,
      images: revision.images,
      revisions: [revision],
      question: `Go on with the rollout of ${promoted.join(', ')}?`,
      plan: { promoted },
    };
  });
}

/** `stowage rollout abort`: a paused rollout goes back to what was there before. */
export async function runAbort(request: OneOffRequest): Promise<ExitCode> {
  return await runFromHistory(request, (stage) => {
    paused(stage);
    const { current } = stage;
    return {
      action: 'abort',
      desired: current.desired,
      images: current.images,
      revisions: [current],
      question: `Go back to revision ${current.number}?`,
      plan: { isUndo: true },
      undoes: current.number,
    };
  });
}

/** @throws DiagnosticError (64) when the last revision is not paused */
function paused({ history, stack }: Stage) {
  const last = history.revisions.at(-1);
  if (last?.outcome?.status === 'paused') return last.revision;
  const why = `revision ${last?.revision.number}, its last, is ${last?.outcome?.status ?? 'under way'}`;
  throw new DiagnosticError(
    [
      {
        severity: 'error',
        code: 'rollout/not-paused',
        message: 'no rollout of the stack is paused',
        where: `stack ${stack}`,
        why,
        fix: 'stowage rollout status shows where it stands',
      },
    ],
    EXIT.usage,
  );
}

function changed(
  desired: DesiredState,
  names: readonly string[],
  change: (workload: Workload) => Workload,
): DesiredState {
  return { ...desired, workloads: desired.workloads.map((w) => (names.includes(w.id) ? change(w) : w)) };
}

/** `web` of `web/sidecar`; a Kubernetes id with its namespace has the container behind a second slash. */
function workloadOf(target: string): string {
  const parts = target.split('/');
  return parts.length === 3 ? parts.slice(0, 2).join('/') : (parts[0] ?? target);
}

function withImages(workload: Workload, images: ReadonlyMap<string, string>): Workload {
  const { template } = workload;
  const containers = template.containers.map((c, i) => {
    const image = images.get(`${workload.id}/${c.name}`) ?? (i === 0 ? images.get(workload.id) : undefined);
    return image === undefined ? c : { ...c, image };
  });
  return { ...workload, template: { ...template, containers } };
}
