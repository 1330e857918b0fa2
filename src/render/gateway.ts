import type { GatewayServerStatus, GatewayStatus } from '../model/gateway-status.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** The gateways, host by host, with the servers behind them. */
export async function renderGateways(gateways: readonly GatewayStatus[], terminal: Terminal): Promise<string> {
  if (gateways.length === 0) return 'No host of these has a gateway.\n';
  const blocks: string[] = [];
  for (const gateway of gateways) {
    blocks.push(`${headOf(gateway)}\n${await serversOf(gateway.servers, terminal)}`);
  }
  return blocks.join('\n');
}

function headOf(gateway: GatewayStatus): string {
  const { host, isRunning, version, connections, rate, drainingProcesses } = gateway;
  const ports = gateway.listeners.map((l) => `${l.port} (${l.stacks.join(', ')})`).join(', ') || 'nothing';
  if (!isRunning) return `${host}  not running; should listen on ${ports}`;
  const old = drainingProcesses === 0 ? '' : `, ${drainingProcesses} older processes end their connections`;
  return `${host}  HAProxy ${version}, listens on ${ports}; ${connections} connections, ${rate}/s${old}`;
}

async function serversOf(servers: readonly GatewayServerStatus[], terminal: Terminal): Promise<string> {
  if (servers.length === 0) return '';
  const { style } = terminal;
  return await renderTable(
    servers,
    [
      { title: 'BACK END', text: (s) => s.backend, shrinkTo: 16 },
      { title: 'SERVER', text: (s) => s.server, shrinkTo: 16 },
      { title: 'ADDRESS', text: (s) => s.address, optional: true },
      {
        title: 'STATUS',
        text: (s) => s.status,
        paint: (text, s) => (s.status.startsWith('up') ? style.green(text) : style.red(text)),
      },
      { title: 'WEIGHT', text: (s) => String(s.weight), align: 'right' },
      { title: 'SESSIONS', text: (s) => String(s.sessions), align: 'right' },
      { title: 'RATE', text: (s) => `${s.rate}/s`, align: 'right' },
      { title: 'REQUESTS', text: (s) => String(s.requests), align: 'right' },
      { title: 'ERRORS', text: (s) => String(s.errors), align: 'right' },
    ],
    terminal,
  );
}
