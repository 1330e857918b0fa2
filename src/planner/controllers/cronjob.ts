import { Cron } from 'croner';
import type { CronPolicy } from '../../model/desired.ts';

/** More missed runs than this are a mistake of clock or schedule, not work to make up for. */
const MAX_MISSED = 100;
const FIELD = /^(?:[0-9*,/?-]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)+$/i;
const MACROS = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);
const YEAR_MS = 366 * 24 * 3600 * 1000;

/** A schedule read once. Times are milliseconds since the epoch. */
export interface Schedule {
  /** The first run after `time`. */
  readonly next: (time: number) => number | undefined;
  /** The last run at or before `time` and after `since`. */
  readonly last: (time: number, since: number) => number | undefined;
}

/**
 * Reads the five fields of cron, or a macro such as `@daily`. With both days of month and of week, either will do.
 *
 * @returns undefined when it is no schedule
 */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule | undefined {
  const fields = text.trim().split(/\s+/);
  const isCron = fields.length === 5 && fields.every((field) => FIELD.test(field));
  if (!isCron && !MACROS.has(text.trim())) return undefined;
  try {
    const cron = new Cron(fields.join(' ').replaceAll('?', '*'), { timezone: timeZone, paused: true });
    const next = (time: number) => cron.nextRun(new Date(time))?.getTime();
    return { next, last: (time, since) => lastRun(next, time, since) };
  } catch {
    return undefined;
  }
}

/** Searches back in windows that double, so that a frequent schedule is not walked from the start. */
function lastRun(next: (time: number) => number | undefined, time: number, since: number): number | undefined {
  for (let window = 60_000; ; window *= 4) {
    const start = Math.max(since, time - window);
    let found: number | undefined;
    for (let run = next(start); run !== undefined && run <= time; run = next(run)) found = run;
    if (found !== undefined || start === since || window > 8 * YEAR_MS) return found;
  }
}

export interface CronState {
  readonly createdAt: number;
  readonly lastRunAt?: number;
  readonly startingDeadlineSeconds?: number;
}

/** Runs are looked for after this: the last one, or the creation; and not before the deadline. */
function earliest({ createdAt, lastRunAt, startingDeadlineSeconds }: CronState, now: number): number {
  const since = lastRunAt ?? createdAt;
  return startingDeadlineSeconds === undefined ? since : Math.max(since, now - startingDeadlineSeconds * 1000);
}

/** The runs that should have been since the last one; `too-many` beyond a hundred. */
export function missedRuns(schedule: Schedule, state: CronState, now: number): number[] | 'too-many' {
  const missed: number[] = [];
  for (let run = schedule.next(earliest(state, now)); run !== undefined && run <= now; run = schedule.next(run)) {
    missed.push(run);
    if (missed.length > MAX_MISSED) return 'too-many';
  }
  return missed;
}

export interface CronDecision {
  readonly create: boolean;
  /** The jobs that still run are stopped first. */
  readonly replace: boolean;
  readonly runAt?: number;
}

/**
 * Is a job due now? Only the most recent missed run is made up for, within the deadline; `Forbid` waits for the job
 * that still runs, `Replace` stops it.
 *
 * @see kubernetes pkg/controller/cronjob, syncCronJob (v2)
 */
export function decideCron(
  policy: Pick<CronPolicy, 'concurrency' | 'suspend'>,
  schedule: Schedule,
  state: CronState,
  activeJobs: number,
  now: number,
): CronDecision {
  const nothing = { create: false, replace: false };
  const runAt = policy.suspend ? undefined : schedule.last(now, earliest(state, now));
  if (runAt === undefined || runAt === state.lastRunAt) return nothing;
  const { startingDeadlineSeconds: deadline } = state;
  if (deadline !== undefined && runAt + deadline * 1000 < now) return nothing;
  if (policy.concurrency === 'Forbid' && activeJobs > 0) return nothing;
  return { create: true, replace: policy.concurrency === 'Replace' && activeJobs > 0, runAt };
}
