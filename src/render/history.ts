import type { LedgerState, RevisionRecord, RevisionStatus } from '../model/revision.ts';
import { renderTable } from './table.ts';
import type { Style, Terminal } from './terminal.ts';
import { formatDuration } from './units.ts';

/** The revisions of a stack, the newest first; the one in force is marked. */
export async function renderHistory(state: LedgerState, terminal: Terminal): Promise<string> {
  const { style } = terminal;
  const rows = [...state.revisions].reverse();
  const isCurrent = (r: RevisionRecord) => r.revision.number === state.current?.revision.number;
  return await renderTable(
    rows,
    [
      { title: 'REVISION', text: (r) => `${r.revision.number}${isCurrent(r) ? ' *' : ''}`, align: 'right' },
      { title: 'WHEN', text: (r) => time(r.revision.startedAtMs) },
      { title: 'OUTCOME', text: statusOf, paint: (text, r) => paintStatus(statusOf(r), style)(text) },
      {
        title: 'TOOK',
        text: (r) => (r.outcome === undefined ? '' : formatDuration(r.outcome.endedAtMs - r.revision.startedAtMs)),
        align: 'right',
      },
      { title: 'ACTION', text: (r) => r.revision.action },
      { title: 'BY', text: (r) => `${r.revision.by.user}@${r.revision.by.host}`, shrinkTo: 10 },
      { title: 'COMMIT', text: (r) => r.revision.commit?.slice(0, 10) ?? '' },
      { title: 'CAUSE', text: (r) => r.revision.cause, shrinkTo: 12 },
    ],
    terminal,
  );
}

/** How a revision ended; one without an outcome was killed, or is under way. */
export function statusOf({ outcome, revision, journal }: RevisionRecord): RevisionStatus | string {
  if (outcome !== undefined) return outcome.status;
  const share =
    revision.steps.length === 0 ? 0 : Math.round((100 * (journal?.done.length ?? 0)) / revision.steps.length);
  return `unfinished (${share} %)`;
}

function paintStatus(status: string, style: Style): Style['red'] {
  if (status === 'done') return style.green;
  return status === 'paused' || status === 'rolled-back' ? style.yellow : style.red;
}

/** `2026-11-22 04:17:03Z`, the same wherever it is read. */
function time(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}

/** One revision in full: who, why, what ran and with which images. */
export function renderRevision({ revision, outcome, journal }: RevisionRecord, { style }: Terminal): string {
  const lines = [
    style.bold(`Revision ${revision.number}`),
    `  action   ${revision.action}: ${revision.cause}`,
    `  by       ${revision.by.user} on ${revision.by.host}${revision.by.ciUrl ? ` (${revision.by.ciUrl})` : ''}`,
    `  started  ${time(revision.startedAtMs)}`,
    `  outcome  ${statusOf({ revision, outcome, journal })}`,
    ...(outcome === undefined ? [] : [`  ended    ${time(outcome.endedAtMs)}`]),
    ...(revision.commit === undefined ? [] : [`  commit   ${revision.commit}`]),
    `  tool     stowage ${revision.toolVersion}`,
    '',
    ...revision.desired.workloads.map((w) => {
      const images = w.template.containers.map((c) => imageLine(c.image, revision.images[c.image]));
      const hosts = revision.placements.filter((p) => p.workload === w.id).map((p) => p.host);
      return `  ${style.bold(w.id)}  ${w.kind}, ${hosts.length} on ${[...new Set(hosts)].sort().join(', ') || 'no host'}\n    ${images.join('\n    ')}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function imageLine(image: string, digest: string | undefined): string {
  return digest === undefined ? image : `${image}  ${digest.slice(0, 19)}…`;
}
