import type { GatewayEntry } from '../../model/gateway.ts';
import { httpName, tcpName } from './words.ts';

/** One server as HAProxy reports it. */
export interface RuntimeServer {
  readonly section: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly isMaintained: boolean;
  readonly isUp: boolean;
}

const FORCED_MAINTENANCE = 1;
const UP_STATES = [1, 2, 3];

/**
 * Reads `show servers state`: columns are named in its second line.
 *
 * @see https://docs.haproxy.org/2.6/management.html#9.3-show%20servers%20state
 */
export function parseServers(text: string): RuntimeServer[] {
  const lines = text.split('\n').filter(Boolean);
  const columns =
    lines
      .find((l) => l.startsWith('# '))
      ?.slice(2)
      .split(' ') ?? [];
  return lines
    .filter((l) => /^\d+ \S+ \d+ /.test(l))
    .map((line) => {
      const values = line.split(' ');
      const value = (name: string) => values[columns.indexOf(name)] ?? '';
      return {
        section: value('be_name'),
        name: value('srv_name'),
        address: value('srv_addr'),
        port: Number(value('srv_port')),
        weight: Number(value('srv_uweight')),
        isMaintained: (Number(value('srv_admin_state')) & FORCED_MAINTENANCE) !== 0,
        isUp: UP_STATES.includes(Number(value('srv_op_state'))),
      };
    });
}

/** One line of `show stat`, the columns we use. */
export interface StatLine {
  readonly section: string;
  readonly name: string;
  readonly status: string;
  readonly sessions: number;
  readonly totalSessions: number;
  readonly rate: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly requests: number;
  readonly errors: number;
  readonly weight: number;
  readonly check: string;
}

/** Reads the CSV of `show stat`. No value of it holds a comma unless it is in quotes. */
export function parseStat(text: string): StatLine[] {
  const [head = '', ...lines] = text.trim().split('\n');
  const columns = head.replace(/^# /, '').split(',');
  const at = (name: string) => columns.indexOf(name);
  return lines.filter(Boolean).map((line) => {
    const values = splitCsv(line);
    const number = (name: string) => Number(values[at(name)] || 0);
    const word = (name: string) => values[at(name)] ?? '';
    return {
      section: word('pxname'),
      name: word('svname'),
      status: word('status'),
      sessions: number('scur'),
      totalSessions: number('stot'),
      rate: number('rate'),
      bytesIn: number('bin'),
      bytesOut: number('bout'),
      requests:
        number('req_tot') || ['1xx', '2xx', '3xx', '4xx', '5xx', 'other'].reduce((n, c) => n + number(`hrsp_${c}`), 0),
      errors: number('econ') + number('eresp') + number('hrsp_5xx'),
      weight: number('weight'),
      check: word('check_status'),
    };
  });
}

function splitCsv(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) => m[1]?.replace(/""/g, '"') ?? m[2] ?? '');
}

/** What the places of a back end hold when the entry is in force. */
export interface WantedServer {
  readonly section: string;
  readonly name: string;
  /** Absent: the place is empty. */
  readonly server?: { readonly address: string; readonly port: number; readonly weight: number };
}

/** Every place of every back end of the entries. */
export function wantedServers(entries: readonly GatewayEntry[]): WantedServer[] {
  return entries.flatMap((entry) =>
    entry.config.backends.flatMap((backend) => {
      const sections = [
        ...(backend.mode === 'auto' || backend.mode === 'http' ? [httpName(backend.name)] : []),
        ...(backend.mode === 'http' ? [] : [tcpName(backend.name)]),
      ];
      const servers = entry.servers.filter((s) => s.backend === backend.name);
      return sections.flatMap((section) =>
        Array.from({ length: entry.slots[backend.name] ?? 0 }, (_, i) => {
          const server = servers.find((s) => s.slot === i + 1 && !s.leaving);
          return { section, name: `s${i + 1}`, ...(server === undefined ? {} : { server }) };
        }),
      );
    }),
  );
}

/** Commands that bring the places of one worker to what is wanted; empty when they are. */
export function commandsFor(wanted: readonly WantedServer[], runtime: readonly RuntimeServer[]): string[] {
  const known = new Map(runtime.map((r) => [`${r.section}/${r.name}`, r]));
  return wanted.flatMap(({ section, name, server }) => {
    const now = known.get(`${section}/${name}`);
    const target = `${section}/${name}`;
    if (now === undefined) return [];
    if (server === undefined) return now.isMaintained ? [] : [`set server ${target} state maint`];
    const commands: string[] = [];
    const moves = now.address !== server.address || now.port !== server.port;
    if (moves && !now.isMaintained) commands.push(`set server ${target} state maint`);
    if (moves) commands.push(`set server ${target} addr ${server.address} port ${server.port}`);
    if (now.weight !== server.weight) commands.push(`set server ${target} weight ${server.weight}`);
    if (moves || now.isMaintained) commands.push(`set server ${target} state ready`);
    return commands;
  });
}
