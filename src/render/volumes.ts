import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

interface VolumeRow {
  readonly name: string;
  readonly resource: string;
  readonly host: string;
  readonly driver: string;
  readonly usedBy: readonly string[];
  readonly sizeBytes?: number;
}

/** One line per volume and host. */
export async function renderVolumes(volumes: readonly VolumeRow[], terminal: Terminal): Promise<string> {
  const { default: prettyBytes } = await import('pretty-bytes');
  return await renderTable(
    volumes,
    [
      { title: 'VOLUME', text: (v) => v.name, paint: terminal.style.bold },
      { title: 'HOST', text: (v) => v.host },
      { title: 'IN THE FILE', text: (v) => v.resource, optional: true },
      { title: 'DRIVER', text: (v) => v.driver, optional: true },
      { title: 'SIZE', text: (v) => (v.sizeBytes === undefined ? '' : prettyBytes(v.sizeBytes)), align: 'right' },
      { title: 'USED BY', text: (v) => v.usedBy.join(', ') || 'nothing', shrinkTo: 12 },
    ],
    terminal,
  );
}
