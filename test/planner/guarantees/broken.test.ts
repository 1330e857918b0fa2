import { describe, expect, test } from 'vitest';
import type { RolloutPolicy } from '../../../src/model/desired.ts';
import type { Step } from '../../../src/model/step.ts';
import { brokenPolicies } from '../../../src/planner/guarantees/broken.ts';
import { fewestReady } from '../../../src/planner/guarantees/simulate.ts';
import { liveReplicas } from '../../../src/planner/live-replicas.ts';
import type { Build, WorkloadBuild } from '../../../src/planner/steps/context.ts';
import { applied, planned, web } from '../rollout/rollouts.ts';

/** A release of another image, with what the guarantees are computed from. */
function release(rollout: Partial<RolloutPolicy>) {
  const live = applied(web({ rollout }), 'a');
  const desired = web({ rollout, image: 'web:2' });
  const plan = planned(desired, live);
  const replicas = liveReplicas(live, 'shop').map((old) => ({
    decision: { action: 'replace', old: [old], differences: [] },
    replica: {},
  }));
  const part = { workload: desired.workloads[0], replicas, surplus: [] } as unknown as WorkloadBuild;
  const build = { desired, specs: { desired } } as unknown as Build;
  return { plan, part, build };
}

/** The same steps, of which none waits for a replica to be ready. */
function hasty(steps: readonly Step[]): Step[] {
  const waits = new Set(steps.filter((s) => s.kind === 'health.wait').map((s) => s.id));
  const gates = new Set(steps.filter((s) => s.kind === 'gateway.switch').map((s) => s.id));
  return steps.map((s) => ({ ...s, after: s.after.filter((id) => !waits.has(id) && !gates.has(id)) }) as Step);
}

describe('steps that break what was promised', () => {
  test.each([
    { strategy: 'rolling' },
    { order: 'stop-first' },
    { strategy: 'blue-green' },
    { strategy: 'canary' },
  ] as const)('%o: are found by running them in a bad order', (rollout) => {
    const { plan, part, build } = release(rollout);
    const check = (steps: readonly Step[]) => brokenPolicies([part], steps, plan.guarantees, build, new Set());
    expect(check(plan.steps)).toEqual([]);
    expect(check(hasty(plan.steps))).toMatchObject([{ code: 'plan/breaks-policy', where: 'web' }]);
  });

  test('a promise below the policy is refused, unless something else takes the replicas down', () => {
    const { plan, part, build } = release({});
    const guarantees = plan.guarantees.map((g) => (g.type === 'min-ready' ? { ...g, value: 1 } : g));
    const check = (forced: readonly string[]) =>
      brokenPolicies([part], plan.steps, guarantees, build, new Set(forced)).map((d) => d.code);
    expect(check([])).toEqual(['plan/breaks-policy']);
    expect(check(['web'])).toEqual([]);
  });

  test('the simulation counts from the replicas that run', () => {
    const { plan, part } = release({ order: 'stop-first' });
    expect(fewestReady([part], plan.steps)).toEqual(new Map([['web', 2]]));
    expect(fewestReady([part], [])).toEqual(new Map([['web', 3]]));
  });
});
