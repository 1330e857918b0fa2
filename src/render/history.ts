import type { AuditLine, LedgerState, RevisionRecord, RevisionStatus } from '../model/revision.ts';
import { appliedShare } from '../model/revision-share.ts';
import { type Column, renderTable } from './table.ts';
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
        text: ({ outcome, revision }) => tookText(revision.startedAtMs, outcome?.endedAtMs),
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

/** Empty where the machine that ended a revision had another idea of the time than the one that began it. */
function tookText(startedAtMs: number, endedAtMs = startedAtMs - 1): string {
  return endedAtMs < startedAtMs ? '' : formatDuration(endedAtMs - startedAtMs);
}

/** Every begin, end and unlock, the newest first. */
export async function renderAudit(audit: readonly AuditLine[], terminal: Terminal): Promise<string> {
  const columns: readonly Column<AuditLine>[] = [
    { title: 'WHEN', text: (line) => time(line.atMs) },
    { title: 'ACTION', text: (line) => line.action },
    { title: 'REVISION', text: (line) => String(line.revision ?? ''), align: 'right' },
    { title: 'OUTCOME', text: (line) => line.outcome },
    { title: 'BY', text: ({ by }) => `${by.user}@${by.host}`, shrinkTo: 10 },
    { title: 'CI', text: ({ by }) => by.ciUrl ?? '', shrinkTo: 12 },
    { title: 'CAUSE', text: (line) => line.text, shrinkTo: 12 },
  ];
  return await renderTable([...audit].reverse(), columns, terminal);
}

/** How a revision ended; one without an outcome was killed, or is under way. */
export function statusOf({ outcome, revision, journal }: RevisionRecord): RevisionStatus | string {
  if (outcome !== undefined) return outcome.status;
  return `unfinished (${appliedShare({ revision, ...(journal && { journal }) })} %)`;
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
