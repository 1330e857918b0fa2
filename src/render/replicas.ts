import type { ReplicaReport } from '../model/replica-report.ts';
import type { Column } from './table.ts';
import { renderTable } from './table.ts';
import type { Style, Terminal } from './terminal.ts';

export interface ReplicasOptions {
  /** Show which stack each belongs to. */
  readonly showStack: boolean;
}

/** One line per container of a replica. */
export async function renderReplicas(
  replicas: readonly ReplicaReport[],
  terminal: Terminal,
  { showStack }: ReplicasOptions,
): Promise<string> {
  const { style } = terminal;
  const columns: readonly Column<ReplicaReport>[] = [
    { title: 'STACK', text: ({ stack }) => (showStack ? stack : '') },
    { title: 'REPLICA', text: replicaName, paint: style.bold },
    { title: 'HOST', text: ({ host }) => host },
    { title: 'STATE', text: stateOf, paint: (text, replica) => paintState(replica, style)(text) },
    { title: 'IMAGE', text: ({ image }) => shortImage(image), shrinkTo: 14, cutAt: 'start' },
    { title: 'PORTS', text: portsOf, shrinkTo: 10, optional: true },
    { title: 'REVISION', text: ({ revision }) => revision ?? '', align: 'right', optional: true },
    { title: 'STATUS', text: ({ status }) => status, shrinkTo: 10 },
  ];
  return await renderTable(replicas, columns, terminal);
}

/** `web.1`, and `web.1/proxy` for a further container of a pod. */
export function replicaName({ workload, ordinal, container, role }: ReplicaReport): string {
  const name = `${workload}.${ordinal}`;
  return role === 'main' && (container === workload || container === 'main') ? name : `${name}/${container}`;
}

function stateOf({ state, health, exitCode }: ReplicaReport): string {
  if (state === 'running') return health === 'none' ? 'running' : health;
  return state === 'exited' && exitCode !== undefined ? `exited ${exitCode}` : state;
}

function paintState({ state, health, exitCode }: ReplicaReport, style: Style): Style['red'] {
  if (state === 'exited') return exitCode === 0 ? style.dim : style.red;
  if (state !== 'running') return state === 'dead' ? style.red : style.yellow;
  if (health === 'unhealthy') return style.red;
  return health === 'starting' ? style.yellow : style.green;
}

/** A digest says little to people beyond its beginning. */
function shortImage(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1');
}

/** `8080→80`, each once although the engine lists IPv4 and IPv6 apart. */
function portsOf({ ports }: ReplicaReport): string {
  const shown = ports
    .filter(({ hostPort }) => hostPort !== undefined)
    .map(({ hostIp, hostPort, containerPort, protocol }) => {
      const anywhere = hostIp === undefined || hostIp === '0.0.0.0' || hostIp === '::';
      const ip = hostIp?.includes(':') ? `[${hostIp}]` : hostIp;
      return `${anywhere ? '' : `${ip}:`}${hostPort}→${containerPort}${protocol === 'tcp' ? '' : `/${protocol}`}`;
    });
  return [...new Set(shown)].join(' ');
}
