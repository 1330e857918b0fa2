import type { RunEvent } from '../model/events.ts';
import type { Step } from '../model/step.ts';
import { subjectOf } from './plan.ts';
import { isRowEnded, type ProgressRow, type ProgressState } from './progress-state.ts';
import type { Style } from './terminal.ts';
import { formatDuration } from './units.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export interface ViewSize {
  readonly columns: number;
  readonly lines: number;
}

/**
 * The rows as they stand: failed first, then those at work, then as many of the rest as fit; a summary
 * line last. After the end: every row when they fit a screen, else those that failed.
 */
export function progressView(state: ProgressState, size: ViewSize, nowMs: number, style: Style): string {
  const rows = [...state.rows.values()].sort((a, b) => rank(a) - rank(b));
  const room = Math.max(1, size.lines - 3);
  const shown =
    state.finished && rows.length > room ? rows.filter((row) => row.failures.length > 0) : rows.slice(0, room);
  const nameWidth = Math.min(30, Math.max(0, ...shown.map(({ name }) => name.length)));
  const lines = shown.map((row) => rowLine(row, nameWidth, size.columns - 1, nowMs, style));
  return [...lines, summaryLine(state, nowMs, style)].join('\n');
}

function rank(row: ProgressRow): number {
  if (row.failures.length > 0) return 0;
  if (row.active.size > 0) return 1;
  return isRowEnded(row) ? 3 : 2;
}

function rowLine(row: ProgressRow, nameWidth: number, columns: number, nowMs: number, style: Style): string {
  const [icon, paint] = iconOf(row, nowMs, style);
  const count = `${row.done}/${row.total}`.padStart(2 * String(row.total).length + 1);
  const head = `${clip(row.name, nameWidth).padEnd(nameWidth)}  ${count}`;
  const rest = clip(activity(row), columns - head.length - 4);
  return `${paint(icon)} ${head}${rest === '' ? '' : `  ${row.failures.length > 0 ? style.red(rest) : style.dim(rest)}`}`;
}

function iconOf(row: ProgressRow, nowMs: number, style: Style): [string, Style['red']] {
  if (row.failures.length > 0) return ['✖', style.red];
  if (row.active.size > 0) return [FRAMES[Math.floor(nowMs / 100) % FRAMES.length] ?? '·', style.cyan];
  if (!isRowEnded(row)) return ['·', style.dim];
  return row.skipped > 0 ? ['↷', style.yellow] : ['✔', style.green];
}

function activity(row: ProgressRow): string {
  const [failure] = row.failures;
  if (failure) return `${describe(failure.step)}: ${failure.diagnostic.message}`;
  return [...row.active.values()]
    .map(({ step, text }) => `${describe(step)}${text === '' ? '' : ` ${text}`}`)
    .join(' · ');
}

function summaryLine(state: ProgressState, nowMs: number, style: Style): string {
  const rows = [...state.rows.values()];
  const sum = (count: (row: ProgressRow) => number) => rows.reduce((total, row) => total + count(row), 0);
  const [active, failed, skipped] = [sum((r) => r.active.size), sum((r) => r.failures.length), sum((r) => r.skipped)];
  const parts = [
    `${sum((r) => r.done)}/${state.total} steps done`,
    ...(active > 0 ? [`${active} active`] : []),
    ...(failed > 0 ? [style.red(`${failed} failed`)] : []),
    ...(skipped > 0 ? [`${skipped} not run`] : []),
  ];
  const elapsed = state.startedAtMs > 0 ? `  ${style.dim(formatDuration(nowMs - state.startedAtMs))}` : '';
  return `${parts.join(', ')}${elapsed}`;
}

/** Kinds that may take long: their start is worth a line of its own in a log. */
const SLOW = /^(image\.|health\.|volume\.(copy|restore)|bind\.sync|rollout\.|hook\.|container\.stop)/;

/** One event as a line of a log, or undefined when it is worth none. `counter` is `[ 3/20]`. */
export function eventLine(event: RunEvent, counter: string, style: Style): string | undefined {
  switch (event.type) {
    case 'step.started':
      return SLOW.test(event.step.kind) ? `${counter} ${style.dim('start')}  ${place(event.step)}` : undefined;
    case 'step.progress':
      return `${counter} ${style.dim('  …  ')}  ${place(event.step)}  ${event.text}`;
    case 'step.retry':
      return `${counter} ${style.yellow('again')}  ${place(event.step)}: ${event.reason} (attempt ${event.attempt})`;
    case 'step.done':
      return `${counter} ${style.green('done ')}  ${place(event.step)}  ${style.dim(formatDuration(event.durationMs))}`;
    case 'step.failed':
      return `${counter} ${style.red('failed')} ${place(event.step)}: ${event.diagnostic.message}`;
    case 'step.skipped':
      return `${counter} ${style.dim('skip ')}  ${place(event.step)}: ${event.reason}`;
    default:
      return undefined;
  }
}

function place(step: Step): string {
  return `${step.host}  ${step.kind} ${subjectOf(step)}`.trimEnd();
}

function describe(step: Step): string {
  return `${step.host} ${step.kind} ${subjectOf(step)}`.trimEnd();
}

function clip(text: string, width: number): string {
  const flat = text.replace(/\s+/g, ' ');
  if (width <= 0) return '';
  return flat.length > width ? `${flat.slice(0, width - 1)}…` : flat;
}
