import { decideCron, missedRuns, parseSchedule } from '../../../src/planner/controllers/cronjob.ts';
import type { Json, Kind } from './case.ts';

const at = (time: string | null) => (time === null ? undefined : Date.parse(time));

const stateOf = ({ creationTimestamp, lastScheduleTime, startingDeadlineSeconds }: Json) => ({
  createdAt: at(creationTimestamp) ?? 0,
  lastRunAt: at(lastScheduleTime),
  startingDeadlineSeconds: startingDeadlineSeconds ?? undefined,
});

export const kinds: Record<string, Kind> = {
  sync: ({ cronJob, activeJobs, now }) => {
    const schedule = parseSchedule(cronJob.schedule);
    if (!schedule) return { create: false, deleteActive: false, invalidSchedule: true, activeAfter: activeJobs };
    const policy = { concurrency: cronJob.concurrencyPolicy, suspend: cronJob.suspend };
    const { create, replace } = decideCron(policy, schedule, stateOf(cronJob), activeJobs, Date.parse(now));
    return { create, deleteActive: replace, activeAfter: (replace ? 0 : activeJobs) + (create ? 1 : 0) };
  },
  'unmet-times': (input) => {
    const schedule = parseSchedule(input.schedule);
    if (!schedule) return { error: true };
    const missed = missedRuns(schedule, stateOf(input), Date.parse(input.now));
    if (missed === 'too-many') return { tooManyMissed: true };
    return { times: missed.map((time) => new Date(time).toISOString().replace('.000', '')) };
  },
};
