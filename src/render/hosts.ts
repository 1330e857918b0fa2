import { formatHostAddress } from '../model/host-address.ts';
import type { HostReport } from '../model/host-report.ts';
import { taintText } from '../model/taint.ts';
import { markText } from './marks.ts';
import type { Column } from './table.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { formatBytes } from './units.ts';

/** One line per host. */
export async function renderHosts(reports: readonly HostReport[], terminal: Terminal): Promise<string> {
  const { style } = terminal;
  const columns: readonly Column<HostReport>[] = [
    { title: 'HOST', text: ({ entry }) => entry.name, paint: style.bold },
    {
      title: 'STATUS',
      text: statusOf,
      paint: (text, report) => (report.reachable ? paintReady(text, report, terminal) : style.red(text)),
    },
    { title: 'ENGINE', text: ({ engine }) => engine?.version ?? '', shrinkTo: 8 },
    { title: 'PLATFORM', text: ({ engine }) => (engine ? `${engine.os}/${engine.architecture}` : ''), optional: true },
    { title: 'CPUS', text: (report) => String(cpusOf(report) ?? ''), align: 'right' },
    {
      title: 'MEMORY',
      text: (report) => {
        const bytes = report.entry.capacity?.memoryBytes ?? report.engine?.memoryBytes;
        return bytes === undefined ? '' : formatBytes(bytes);
      },
      align: 'right',
    },
    { title: 'RUNNING', text: ({ containers }) => String(containers?.running ?? ''), align: 'right', optional: true },
    { title: 'SWARM', text: swarmOf, optional: true },
    { title: 'ADDRESS', text: ({ entry }) => formatHostAddress(entry.address), shrinkTo: 16 },
    { title: 'LABELS', text: labelsOf, shrinkTo: 12 },
    { title: 'TAINTS', text: ({ entry }) => entry.taints.map(taintText).join(' '), shrinkTo: 12, optional: true },
  ];
  const marked = reports.flatMap(({ entry, marks }) =>
    marks?.cordoned || marks?.drained ? [markText(entry.name, marks)] : [],
  );
  const table = await renderTable(reports, columns, terminal);
  return marked.length === 0 ? table : `${table}\n${marked.join('')}`;
}

function statusOf({ reachable, marks, error }: HostReport): string {
  if (!reachable) return (error?.code ?? 'unreachable').replace(/^host\//, '');
  if (marks?.drained) return 'drained';
  return marks?.cordoned ? 'cordoned' : 'ready';
}

function paintReady(text: string, { marks }: HostReport, { style }: Terminal): string {
  return marks?.cordoned || marks?.drained ? style.yellow(text) : style.green(text);
}

function cpusOf({ entry, engine }: HostReport): number | undefined {
  return entry.capacity?.cpus ?? engine?.cpus;
}

function swarmOf({ engine }: HostReport): string {
  if (!engine || engine.swarm.state === 'inactive') return '';
  if (engine.swarm.state !== 'active') return engine.swarm.state;
  return engine.swarm.isManager ? 'manager' : 'worker';
}

function labelsOf({ entry, engine }: HostReport): string {
  const labels = { ...engine?.labels, ...entry.labels };
  return Object.entries(labels)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .sort()
    .join(' ');
}
