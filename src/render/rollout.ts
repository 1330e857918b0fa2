import type { Override } from '../model/overrides.ts';
import type { RolloutStatus, WorkloadStatus } from '../model/rollout-status.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Where a rollout stands: one line per workload, and how the last revision ended. */
export async function renderRolloutStatus(status: RolloutStatus, terminal: Terminal): Promise<string> {
  const { style } = terminal;
  const head =
    status.revision === undefined
      ? `Stack ${status.stack}: nothing was applied yet\n`
      : `Stack ${status.stack}, revision ${status.revision.number} (${status.revision.action}): ${status.revision.status}\n`;
  const table = await renderTable(
    status.workloads,
    [
      { title: 'WORKLOAD', text: (w: WorkloadStatus) => w.workload },
      {
        title: 'READY',
        text: (w) => `${w.ready}/${w.wanted}`,
        align: 'right',
        paint: (text, w) => (w.ready >= w.wanted ? style.green(text) : style.red(text)),
      },
      { title: 'EXCHANGING', text: (w) => (w.exchanging === 0 ? '' : String(w.exchanging)), align: 'right' },
      { title: 'REVISIONS', text: (w) => list(w.revisions, (r, n) => `${r}: ${n}`) },
      { title: 'REQUESTS', text: (w) => list(w.shares ?? {}, (r, n) => `${r}: ${n} %`) },
      { title: 'WAITS FOR', text: (w) => w.paused ?? '', shrinkTo: 20 },
    ],
    terminal,
  );
  const overrides = status.workloads.flatMap((w) => [...(w.overrides ?? [])]);
  return `${head}${status.workloads.length === 0 ? '' : `\n${table}`}${renderOverrides(overrides)}`;
}

/** One-off changes that hold beside the files, a line each; nothing without any. */
export function renderOverrides(overrides: readonly Override[]): string {
  if (overrides.length === 0) return '';
  const lines = overrides.map(({ workload, container, what, from, to, revision }) => {
    const name = container === undefined || container === workload ? workload : `${workload}/${container}`;
    return `  ${name}: ${what} ${from} → ${to} since revision ${revision}\n`;
  });
  return `\nBeside the files, until they say so or are applied again:\n${lines.join('')}`;
}

function list(counts: Readonly<Record<string, number>>, text: (revision: string, n: number) => string): string {
  return Object.entries(counts)
    .map(([revision, n]) => text(revision, n))
    .join(', ');
}
