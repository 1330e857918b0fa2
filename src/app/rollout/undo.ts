import type { DesiredState } from '../../model/desired.ts';
import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../../model/exit-codes.ts';
import type { LiveState } from '../../model/live.ts';
import type { LedgerState, Revision } from '../../model/revision.ts';
import { knownWorkloads, type OneOffRequest, runFromHistory } from './from-history.ts';

export interface UndoRequest extends OneOffRequest {
  /** Only these go back; empty is all. */
  readonly workloads: readonly string[];
  /** Number of the revision to go back to; absent is the one before. */
  readonly to?: number;
}

/** `stowage rollout undo`: the whole release as it was, previewed as a plan and under the same gates. */
export async function runUndo(request: UndoRequest): Promise<ExitCode> {
  return await runFromHistory(request, async ({ history, current, stack, live }) => {
    const target = undoTarget(history, request.to, stack);
    const isPart = request.workloads.length > 0;
    const workloads = knownWorkloads(target.desired, request.workloads);
    const desired = isPart ? mixed(current.desired, target.desired, workloads) : target.desired;
    return {
      action: 'undo',
      desired,
      images: { ...(isPart ? current.images : {}), ...target.images },
      revisions: isPart ? [current, target] : [target],
      question: `Go back to revision ${target.number}${isPart ? ` with ${workloads.join(', ')}` : ''}?`,
      plan: { isUndo: true, ...(isPart ? { targets: workloads } : {}) },
      undoes: target.number,
      notices: oneWay(history, target, await live()),
    };
  });
}

/**
 * The revision to go back to: as asked for; the last complete one when a later one failed or paused; else the complete
 * one before it.
 *
 * @throws DiagnosticError (64) when there is none
 */
export function undoTarget(history: LedgerState, to: number | undefined, stack: string): Revision {
  const complete = history.revisions.filter((r) => r.outcome?.status === 'done').map((r) => r.revision);
  const last = history.revisions.at(-1);
  const status = last?.outcome?.status;
  const isSettled = status === 'done' || status === 'rolled-back';
  const target =
    to === undefined ? (isSettled ? complete.at(-2) : complete.at(-1)) : complete.find((r) => r.number === to);
  if (target !== undefined) return target;
  throw new DiagnosticError([nothingToUndo(complete, to, stack)], EXIT.usage);
}

function nothingToUndo(complete: readonly Revision[], to: number | undefined, stack: string): Diagnostic {
  const numbers = complete.map((r) => r.number).join(', ') || 'none';
  return {
    severity: 'error',
    code: 'rollout/nothing-to-undo',
    message: to === undefined ? 'there is no earlier revision to go back to' : 'the history keeps no such revision',
    where: `stack ${stack}${to === undefined ? '' : `, revision ${to}`}`,
    why: `revisions that were applied completely: ${numbers}`,
    fix: 'stowage rollout history lists them',
  };
}

/** Some workloads of another revision in place of those the stack has, with what they use. */
function mixed(current: DesiredState, target: DesiredState, names: readonly string[]): DesiredState {
  const merge = <T extends { readonly id: string }>(mine: readonly T[], theirs: readonly T[]) => [
    ...new Map([...mine, ...theirs].map((item) => [item.id, item])).values(),
  ];
  const older = target.workloads.filter((w) => names.includes(w.id));
  return {
    ...current,
    workloads: merge(current.workloads, older),
    volumes: merge(current.volumes, target.volumes),
    networks: merge(current.networks, target.networks),
    configs: merge(current.configs, target.configs),
    secrets: merge(current.secrets, target.secrets),
  };
}

/** What an undo cannot bring back: hooks that ran since, and volumes whose data is gone. */
function oneWay(history: LedgerState, target: Revision, live: LiveState): Diagnostic[] {
  const since = history.revisions.map((r) => r.revision).filter((r) => r.number > target.number);
  const hooks = since.flatMap((r) =>
    r.desired.workloads.filter((w) => w.hook === 'pre-deploy' || w.hook === 'post-deploy').map((w) => w.id),
  );
  const volumes = new Set(live.hosts.flatMap((h) => h.volumes.map((v) => v.name)));
  const lost = target.desired.volumes.filter((v) => !v.external && !volumes.has(v.name));
  return [
    ...[...new Set(hooks)].sort().map((hook) => notice(`hook ${hook}`, 'what a hook did is not undone')),
    ...lost.map((v) => notice(`volume ${v.name}`, 'a volume was deleted since and comes back empty')),
  ];
}

function notice(where: string, message: string): Diagnostic {
  return { severity: 'warning', code: 'rollout/one-way', message, where, why: 'an undo restores containers, not data' };
}
