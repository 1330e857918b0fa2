import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Plan } from '../../model/plan.ts';
import type { Policy } from '../../model/policy.ts';
import { violation } from './violation.ts';

/** Hosts that would be joined into a swarm. */
export function swarmViolations(plan: Plan, { swarm }: Policy): Diagnostic[] {
  const hosts = plan.steps.filter((s) => s.kind === 'swarm.init' || s.kind === 'swarm.join').map((s) => s.host);
  if (swarm || hosts.length === 0) return [];
  return [
    violation(
      'swarm',
      'hosts would be joined into a swarm',
      hosts.join(', '),
      'policy.swarm is false, and a network of this stack spans hosts',
      'place the workloads that talk to each other on one host, or allow the swarm',
    ),
  ];
}
