import type { Diagnostic } from '../model/diagnostic.ts';
import type { RunEvent } from '../model/events.ts';
import type { Step } from '../model/step.ts';

/** One row of the view: a workload, or a host's own preparations. */
export interface ProgressRow {
  readonly name: string;
  readonly total: number;
  done: number;
  skipped: number;
  /** Steps at work, in the order they began, with what they last said. */
  readonly active: Map<number, { readonly step: Step; text: string }>;
  readonly failures: { readonly step: Step; readonly diagnostic: Diagnostic }[];
}

export interface ProgressState {
  readonly rows: ReadonlyMap<string, ProgressRow>;
  readonly total: number;
  startedAtMs: number;
  finished: boolean;
}

/** What the view shows before anything ran. Rows come in the order of the steps. */
export function progressState(steps: readonly Step[]): ProgressState {
  const totals = new Map<string, number>();
  for (const step of steps) totals.set(rowName(step), (totals.get(rowName(step)) ?? 0) + 1);
  const rows = new Map<string, ProgressRow>();
  for (const [name, total] of totals) {
    rows.set(name, { name, total, done: 0, skipped: 0, active: new Map(), failures: [] });
  }
  return { rows, total: steps.length, startedAtMs: 0, finished: false };
}

/** Takes one event in. */
export function track(state: ProgressState, event: RunEvent): void {
  if (event.type === 'run.started') state.startedAtMs = event.atMs;
  if (event.type === 'run.finished') state.finished = true;
  if (!('step' in event)) return;
  const row = state.rows.get(rowName(event.step));
  if (!row) return;
  const { step } = event;
  switch (event.type) {
    case 'step.started':
      row.active.set(step.id, { step, text: '' });
      return;
    case 'step.progress':
    case 'step.retry': {
      const active = row.active.get(step.id);
      if (active) active.text = event.type === 'step.retry' ? `again: ${event.reason}` : event.text;
      return;
    }
    case 'step.done':
      row.active.delete(step.id);
      row.done += 1;
      return;
    case 'step.failed':
      row.active.delete(step.id);
      row.failures.push({ step, diagnostic: event.diagnostic });
      return;
    case 'step.skipped':
      row.active.delete(step.id);
      row.skipped += 1;
  }
}

export function isRowEnded(row: ProgressRow): boolean {
  return row.done + row.skipped + row.failures.length >= row.total;
}

function rowName(step: Step): string {
  return step.workload ?? `host ${step.host}`;
}
