import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { Plan } from '../model/plan.ts';

/** Engine names of the volumes whose data is gone once the plan has run; data that was copied away before is not lost. */
export function lostVolumes({ changes, steps }: Plan): string[] {
  const lost = changes.filter((c) => c.destructive);
  const names = steps.flatMap((s) =>
    s.kind === 'volume.remove' && lost.some((c) => c.host === s.host && c.cause === s.cause) ? [s.volume] : [],
  );
  return [...new Set(names)].sort();
}

/**
 * Approving a plan is not approving that data is lost: each volume has to be named where the plan is run.
 *
 * @param allowed engine names
 * @throws DiagnosticError (64) for those that are not
 */
export function enforceDataLoss(plan: Plan, allowed: readonly string[]): void {
  const missing = lostVolumes(plan).filter((name) => !allowed.includes(name));
  if (missing.length > 0) throw new DiagnosticError(missing.map(notAllowed), EXIT.usage);
}

/** @throws DiagnosticError (64) for volumes to be deleted that the files still use */
export function enforceUnused(plan: Plan): void {
  const mounts = plan.desired.workloads.flatMap((w) => w.template.containers.flatMap((c) => c.mounts));
  const used = plan.desired.volumes.filter((v) =>
    mounts.some((m) => m.source.type === 'volume' && m.source.volume === v.id),
  );
  const restored = new Set(plan.steps.flatMap((s) => (s.kind === 'volume.restore' ? [s.volume] : [])));
  const wanted = lostVolumes(plan).filter((name) => !restored.has(name) && used.some((v) => v.name === name));
  if (wanted.length > 0) throw new DiagnosticError(wanted.map(stillUsed), EXIT.usage);
}

/** Names that stand for no volume that the plan deletes; most likely a slip of the pen. */
export function unusedNames(plan: Plan, allowed: readonly string[]): Diagnostic[] {
  const lost = lostVolumes(plan);
  return allowed.filter((name) => !lost.includes(name)).map(notThere);
}

function notAllowed(volume: string): Diagnostic {
  return {
    severity: 'error',
    code: 'apply/data-loss',
    message: 'nothing was applied: the plan deletes data that nobody gave up by name',
    where: `volume ${volume}`,
    why: '--yes approves a plan, never the loss of data',
    fix: `back it up (stowage volume backup ${volume}), then pass --allow-data-loss ${volume}`,
  };
}

function stillUsed(volume: string): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/volume-in-use',
    message: 'a volume to be deleted is still used by the files',
    where: `volume ${volume}`,
    fix: 'take its mounts out of the files first; to empty it, restore an empty backup (stowage volume restore)',
  };
}

function notThere(volume: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'plan/no-such-volume',
    message: 'a volume to be deleted is not there',
    where: `--allow-data-loss ${volume}`,
    why: 'no host has a volume of this stack with that name',
    fix: 'take the name from stowage volume ls',
  };
}
