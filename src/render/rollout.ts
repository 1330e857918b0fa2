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
  return `${head}${status.workloads.length === 0 ? '' : `\n${table}`}`;
}

function list(counts: Readonly<Record<string, number>>, text: (revision: string, n: number) => string): string {
  return Object.entries(counts)
    .map(([revision, n]) => text(revision, n))
    .join(', ');
}
