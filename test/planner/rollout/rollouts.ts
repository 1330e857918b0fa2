import type { DesiredState, EndpointPort, RolloutPolicy, Workload } from '../../../src/model/desired.ts';
import type { LiveState } from '../../../src/model/live.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { rolloutNote } from '../../../src/model/rollout.ts';
import type { Step } from '../../../src/model/step.ts';
import { type PlanOptions, plan } from '../../../src/planner/plan.ts';
import { endpointOf, hosts, ROLLING, service, stack } from '../build.ts';
import { simulate } from '../simulate.ts';

export interface Release {
  readonly image?: string;
  readonly replicas?: number;
  readonly rollout?: Partial<RolloutPolicy>;
  readonly port?: Partial<EndpointPort>;
  readonly workload?: Partial<Workload>;
}

export const PUBLISHED: EndpointPort = {
  port: 8080,
  targetPort: 8080,
  protocol: 'tcp',
  publish: { via: 'auto', hostPort: 80 },
};

/** A stack of one published service. */
export function web({ image = 'web:1', replicas = 3, rollout, port, workload }: Release = {}): DesiredState {
  const one = service('web', { image, replicas, workload: { rollout: { ...ROLLING, ...rollout }, ...workload } });
  return stack([one], { endpoints: [endpointOf(one, [{ ...PUBLISHED, ...port }])] });
}

export function planned(desired: DesiredState, live: LiveState, options: Partial<PlanOptions> = {}): Plan {
  const result = plan(desired, live, { toolVersion: '0.0.0', images: {}, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

/** What is live after a stack was applied to empty hosts with addresses of their own. */
export function applied(desired: DesiredState, ...names: readonly string[]): LiveState {
  const empty = hosts(...names);
  const live = {
    ...empty,
    hosts: empty.hosts.map((h, i) => ({ ...h, address: `192.0.2.${i + 1}` })),
  };
  return simulate(live, planned(desired, live).steps);
}

/** Runs a plan up to the first pause: what waits for one does not run, and the note of the pause is kept. */
export function runToPause(live: LiveState, steps: readonly Step[]): LiveState {
  const cut = new Set<number>();
  for (const step of steps) {
    if (step.kind === 'rollout.pause' || step.after.some((id) => cut.has(id))) cut.add(step.id);
  }
  const after = simulate(
    live,
    steps.filter((s) => !cut.has(s.id)),
  );
  const pause = steps.find((s) => s.kind === 'rollout.pause');
  if (pause?.kind !== 'rollout.pause' || pause.progress === undefined) return after;
  const note = { ...rolloutNote('shop', pause.progress), driver: 'local', options: {} };
  return {
    ...after,
    hosts: after.hosts.map((h) =>
      h.name === pause.host ? { ...h, volumes: [...h.volumes.filter((v) => v.name !== note.name), note] } : h,
    ),
  };
}

/** Kinds of a workload's steps, in plan order, without what belongs to images and networks. */
export function kinds(p: Plan): string[] {
  return p.steps.filter((s) => s.workload !== undefined && s.kind !== 'image.pull').map((s) => s.kind);
}
