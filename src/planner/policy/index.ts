import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Plan } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import { availabilityViolations } from './availability.ts';
import { forbiddenChanges } from './forbid.ts';
import { freezeViolations } from './freeze.ts';
import { imageViolations } from './images.ts';
import { privilegedViolations } from './privileged.ts';
import { swarmViolations } from './swarm.ts';

/**
 * Every rule of the policy that the plan breaks, in the order of the rules. A plan without steps breaks none.
 *
 * @param nowMs milliseconds since the epoch, for freeze windows
 */
export function checkPolicy(plan: Plan, policy: Policy, nowMs: number): Diagnostic[] {
  if (plan.steps.length === 0) return [];
  return [
    ...freezeViolations(policy, nowMs),
    ...forbiddenChanges(plan, policy),
    ...availabilityViolations(plan, policy),
    ...imageViolations(plan, policy),
    ...privilegedViolations(plan, policy),
    ...swarmViolations(plan, policy),
  ];
}
