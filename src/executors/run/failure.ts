import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import type { Step } from '../../model/step.ts';
import { stepSubject } from './subject.ts';

export interface Circumstances {
  readonly steps: number;
  readonly timedOut: boolean;
  readonly timeoutMs: number;
  readonly stoppedNow: boolean;
}

/** The diagnostics of a failed step, with its place in the plan. */
export function stepDiagnostics(error: unknown, step: Step, circumstances: Circumstances): readonly Diagnostic[] {
  const place = `step ${step.id} of ${circumstances.steps}: ${step.kind} ${stepSubject(step)}`;
  return causes(error, circumstances).map((d) => ({
    ...d,
    where: d.where === undefined ? `host ${step.host}, ${place}` : `${d.where}, ${place}`,
  }));
}

function causes(error: unknown, { timedOut, timeoutMs, stoppedNow }: Circumstances): readonly Diagnostic[] {
  if (stoppedNow) {
    return [
      {
        severity: 'error',
        code: 'step/stopped',
        message: 'step was stopped before it was done',
        why: 'the run was told to stop at once; the engine may still finish what it began',
        fix: 'plan again: it shows what is there',
      },
    ];
  }
  if (timedOut) {
    const why = `it was not done after ${Math.round(timeoutMs / 1000)} s`;
    return [{ severity: 'error', code: 'step/timeout', message: 'step took too long', why, fix: 'apply again' }];
  }
  if (error instanceof DiagnosticError) return error.diagnostics;
  const detail = error instanceof Error ? error.message : String(error);
  const why = 'this is a bug in stowage: a step failed in a way it does not know';
  return [{ severity: 'error', code: 'step/unexpected', message: 'step failed', detail, why }];
}
