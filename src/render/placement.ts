import type { HostVerdict, PlacementExplanation, RebalanceMove } from '../model/placement.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** `plan --explain WORKLOAD`: where its replicas are and why, and what each host says to it. */
export async function renderExplanation(explanation: PlacementExplanation, terminal: Terminal): Promise<string> {
  const { style } = terminal;
  const { workload, replicas, hosts } = explanation;
  const placed = await renderTable(
    replicas,
    [
      { title: 'replica', text: ({ ordinal }) => `${workload}.${ordinal}` },
      { title: 'host', text: ({ host }) => host ?? '–', paint: (text, { host }) => (host ? text : style.red(text)) },
      { title: 'why', text: ({ reason }) => reason, shrinkTo: 20 },
    ],
    terminal,
  );
  const verdicts = await renderTable(
    inOrder(hosts),
    [
      { title: 'host', text: ({ host }) => host },
      { title: 'has', text: ({ replicas: count }) => `${count}`, align: 'right' },
      {
        title: 'verdict',
        text: ({ fits, replicas: count }) => (fits ? (count > 0 ? 'stays' : 'fits') : 'refused'),
        paint: (text, { fits }) => (fits ? style.green(text) : style.red(text)),
      },
      { title: 'total', text: (one) => (one.fits && hasTotals(hosts) ? `${one.total}` : ''), align: 'right' },
      { title: 'because', text: (one) => (one.fits ? scoresText(one) : refusalsText(one)), shrinkTo: 24 },
    ],
    terminal,
  );
  return `${placed}\n${style.bold(`Hosts for ${workload}`)}\n${verdicts}`;
}

/** `plan --rebalance`: the moves and what each gains. */
export async function renderMoves(moves: readonly RebalanceMove[], terminal: Terminal): Promise<string> {
  if (moves.length === 0) return 'Nothing to gain: the stack is as even as its rules allow.\n';
  return await renderTable(
    moves,
    [
      { title: 'replica', text: ({ workload, ordinal }) => `${workload}.${ordinal}` },
      { title: 'from', text: ({ from }) => from },
      { title: 'to', text: ({ to }) => to },
      { title: 'gain', text: ({ gain }) => gain, shrinkTo: 20 },
    ],
    terminal,
  );
}

/** Hosts that fit first, the best first; then by name. */
function inOrder(hosts: readonly HostVerdict[]): HostVerdict[] {
  return [...hosts].sort(
    (a, b) => Number(b.fits) - Number(a.fits) || b.total - a.total || (a.host < b.host ? -1 : a.host > b.host ? 1 : 0),
  );
}

/** Swarm's order has no sum: its numbers are looked at one after the other. */
function hasTotals(hosts: readonly HostVerdict[]): boolean {
  return hosts.some(({ scores }) => scores.some(({ weight }) => weight > 0));
}

function scoresText({ scores }: HostVerdict): string {
  return scores.map(({ score, value, weight }) => `${score} ${value}${weight > 1 ? ` ×${weight}` : ''}`).join(', ');
}

function refusalsText({ refusals }: HostVerdict): string {
  return refusals.map(({ filter, reason }) => `${filter}: ${reason}`).join('; ');
}
