import type { Step } from '../../../model/step.ts';
import { stepFailure } from './failure.ts';

/** Stands for a step whose runner is given by the caller. @throws `step/no-runner`: this is a bug in stowage */
export async function outside(step: Step): Promise<never> {
  throw stepFailure('step/no-runner', 'nothing in this run can do a step of the plan', {
    detail: `step ${step.id}, ${step.kind}`,
    why: 'this is a bug in stowage: the plan has a kind of step that the command did not prepare for',
    fix: 'report it together with the plan (stowage plan --out)',
  });
}
