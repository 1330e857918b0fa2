import type { HostVerdict, PlacementExplanation, PlacementRequest, PlacementResult } from '../../model/placement.ts';
import { rateAllocation, takenShare } from './scores/allocation.ts';
import { preferencesFor, scoresFor } from './scores/index.ts';
import type { Score } from './scores/score.ts';
import { openSession, type Session, type Task } from './session.ts';
import type { HostState } from './state.ts';

/**
 * Why a workload's replicas are where they are: the verdict on one more replica of it, with everything else where the
 * result puts it. A host that has a replica is judged without one of them, so that it is not refused for being taken by
 * the very replica that is explained.
 *
 * @returns undefined when the request has no such workload
 */
export function explainPlacement(
  request: PlacementRequest,
  result: PlacementResult,
  workload: string,
): PlacementExplanation | undefined {
  const session = openSession(request);
  const task = session.tasks.get(workload);
  if (!task) return undefined;
  for (const { workload: id, ordinal, host } of result.placements) {
    const other = session.tasks.get(id);
    const index = session.state.byName.get(host)?.index;
    if (other && index !== undefined) session.state.settle(other.cls, index, ordinal);
  }
  const own = [...result.placements, ...result.unplaced].filter((one) => one.workload === workload);
  return {
    workload,
    replicas: own
      .map((one) =>
        'host' in one
          ? { ordinal: one.ordinal, host: one.host, reason: one.reason }
          : { ordinal: one.ordinal, reason: one.summary },
      )
      .sort((a, b) => a.ordinal - b.ordinal),
    hosts: session.state.hosts.map((host) => verdictOn(host, task, session, ordinalOn(host, result, workload))),
  };
}

function ordinalOn({ host }: HostState, { placements }: PlacementResult, workload: string): number | undefined {
  return placements.find((one) => one.workload === workload && one.host === host.name)?.ordinal;
}

function verdictOn(host: HostState, task: Task, { state }: Session, ordinal: number | undefined): HostVerdict {
  const { cls, fixed, moving } = task;
  const replicas = state.placed(cls).get(host.index) ?? 0;
  if (replicas > 0) state.remove(cls, host.index);
  const refusals = [...fixed, ...moving].flatMap((filter) => {
    const refusal = filter.check({ cls, ordinal, staying: replicas > 0 }, host, state);
    if (!refusal) return [];
    const { reason, detail } = refusal;
    return [{ filter: filter.name, reason: detail ? `${reason} (${detail})` : reason }];
  });
  const fits = refusals.length === 0;
  const scores = fits ? scoresOn(host, task, state) : [];
  if (replicas > 0) state.add(cls, host.index);
  const total = scores.reduce((sum, { value, weight }) => sum + value * weight, 0);
  return { host: host.host.name, fits, replicas, refusals, scores, total };
}

/** The scores of one host. They are scaled over all hosts that fit, as when the choice was made. */
function scoresOn(
  host: HostState,
  { cls, workload, choice, fixed, moving }: Task,
  state: Session['state'],
): HostVerdict['scores'] {
  const fitting = state.hosts.filter(
    (one) => one === host || [...fixed, ...moving].every((filter) => !filter.check({ cls }, one, state)),
  );
  const at = fitting.indexOf(host);
  const value = ({ rate }: Score): number => {
    const out = new Float64Array(fitting.length);
    rate(cls, fitting, state, out);
    return out[at] ?? 0;
  };
  const kubernetes = workload.profile === 'kubernetes';
  const used = kubernetes ? scoresFor(cls, choice.strategy, state) : preferencesFor(cls, state);
  const scores = used.map((score) => ({ score: score.name, value: value(score), weight: score.weight }));
  return kubernetes ? scores : [...scores, ...swarmOrder(host, cls, state)];
}

/** What Swarm's order looks at, after the preferences; weight 0, since these break ties and are not summed. */
function swarmOrder(host: HostState, cls: Task['cls'], state: Session['state']): HostVerdict['scores'] {
  return [
    { score: 'replicas of the workload', value: host.byWorkload.get(cls.workload) ?? 0, weight: 0 },
    { score: 'replicas in all', value: host.replicas, weight: 0 },
    { score: 'reserved %', value: rateAllocation(takenShare, cls, host, state), weight: 0 },
  ];
}
