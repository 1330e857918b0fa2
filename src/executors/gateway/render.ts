import type { GatewayBackend, GatewayEntry, GatewayListener, PlacedServer } from '../../model/gateway.ts';
import { sha256Hex } from '../../model/spec-hash.ts';
import { HANDOVER_SOCKET } from './paths.ts';
import { type CheckExceptions, checkExceptions, checkRules } from './render-checks.ts';
import { renderListeners } from './render-listeners.ts';
import { certificateFile, type HostTraits, httpName, peerAcl, peersName, quote, tcpName } from './words.ts';

export interface RenderedConfig {
  readonly text: string;
  /** Digest of all that only a reload can change; the running process tells its own as its description. */
  readonly structure: string;
  /** File name → payload digests whose bytes make it. */
  readonly certificates: ReadonlyMap<string, readonly string[]>;
}

/**
 * HAProxy's configuration for everything all stacks publish on one host. The same entries give the same bytes.
 *
 * Each back end has more places for servers than it has servers; a rollout fills and empties them at run time.
 *
 * @see https://docs.haproxy.org/2.6/configuration.html
 */
export function renderConfig(entries: readonly GatewayEntry[], traits: HostTraits): RenderedConfig {
  const sorted = [...entries].sort((a, b) => (a.config.stack < b.config.stack ? -1 : 1));
  const body = (withServers: boolean) => [
    ...renderListeners(sorted, traits),
    ...sorted.flatMap((entry) => entry.config.backends.flatMap((b) => renderBackend(b, entry, withServers))),
  ];
  const structure = sha256Hex(body(false).join('\n')).slice(0, 16);
  return {
    text: `${[...head(structure), ...body(true)].join('\n')}\n`,
    structure,
    certificates: certificatesOf(sorted.flatMap((e) => e.config.listeners)),
  };
}

function certificatesOf(listeners: readonly GatewayListener[]): Map<string, readonly string[]> {
  return new Map(listeners.flatMap((l) => l.certificates.map((parts) => [certificateFile(parts), parts] as const)));
}

function head(structure: string): string[] {
  return [
    'global',
    `  description ${structure}`,
    `  stats socket ${HANDOVER_SOCKET} mode 600 level admin expose-fd listeners`,
    '  stats timeout 1m',
    '  log stdout format raw local0 warning',
    // Without it memory is taken for as many connections as the engine lets a container open, often a billion. A client
    // takes two of these, or four where one front end hands it to another.
    '  fd-hard-limit 131072',
    '  uid 99',
    '  gid 99',
    '  ssl-default-bind-options ssl-min-ver TLSv1.2',
    '',
    'defaults',
    '  mode http',
    '  log global',
    '  option dontlognull',
    '  option redispatch 1',
    '  retries 3',
    '  timeout connect 2s',
    '  timeout check 2s',
    '  timeout queue 30s',
    '  timeout client 1h',
    '  timeout server 1h',
    '  timeout tunnel 24h',
    '  timeout client-fin 30s',
    '  timeout http-request 30s',
    '  timeout http-keep-alive 60s',
    '',
  ];
}

function renderBackend(backend: GatewayBackend, entry: GatewayEntry, withServers: boolean): string[] {
  const servers = entry.servers.filter((s) => s.backend === backend.name);
  const slots = entry.slots[backend.name] ?? 0;
  const exceptions = checkExceptions(backend, servers);
  const places = (track?: string) =>
    Array.from({ length: slots }, (_, i) => {
      const server = withServers ? servers.find((s) => s.slot === i + 1 && !s.leaving) : undefined;
      const health = healthOf(i + 1, exceptions, track);
      return renderServer(i + 1, server, backend.sticky === 'cookie' && track === undefined, health);
    });
  const http = httpName(backend.name);
  const isHttp = backend.mode === 'auto' || backend.mode === 'http';
  const isTcp = backend.mode !== 'http';
  return [
    ...(isHttp ? [`backend ${http}`, ...httpRules(backend, exceptions), ...places(), ''] : []),
    ...(isTcp
      ? [`backend ${tcpName(backend.name)}`, ...tcpRules(backend), ...places(isHttp ? http : undefined), '']
      : []),
    ...renderPeers(backend, isHttp, isTcp),
  ];
}

/** What is asked of a place; a section that follows another one's checks cannot do so where there are none. */
function healthOf(slot: number, exceptions: CheckExceptions, track: string | undefined): string {
  if (exceptions.unchecked.includes(slot)) return track === undefined ? 'no-check' : '';
  return track === undefined ? 'check' : `track ${track}/s${slot}`;
}

function renderServer(slot: number, server: PlacedServer | undefined, cookie: boolean, health: string): string {
  const name = `s${slot}`;
  const words =
    server === undefined
      ? ['127.0.0.1:1 weight 1', health.startsWith('track') ? '' : health]
      : [`${server.address}:${server.port} weight ${server.weight}`, health];
  const more = [cookie ? `cookie ${name}` : '', server === undefined ? 'disabled' : ''];
  return ['  server', name, ...words, ...more].filter(Boolean).join(' ');
}

function httpRules({ sticky, checkPath, peers }: GatewayBackend, exceptions: CheckExceptions): string[] {
  return [
    '  mode http',
    '  balance roundrobin',
    ...peerAcl(peers),
    '  option forwardfor',
    // A request that may not be sent twice is sent again only when no connection could be made.
    '  retry-on conn-failure empty-response',
    '  http-request disable-l7-retry if !METH_GET',
    ...peerAnswer(peers),
    `  http-request set-header X-Forwarded-Proto https if { ssl_fc }`,
    `  http-request set-header X-Forwarded-Proto http if !{ ssl_fc }${peers.length > 0 ? ' !peer' : ''}`,
    ...(sticky === 'cookie' ? ['  cookie STOWAGE insert indirect nocache httponly'] : []),
    ...stickTable(sticky),
    ...checkRules(checkPath, exceptions),
    '  default-server inter 1s fall 2 rise 1',
  ];
}

function tcpRules({ sticky, peers, mode }: GatewayBackend): string[] {
  return [
    '  mode tcp',
    '  balance leastconn',
    ...(mode === 'auto' ? [] : peerAcl(peers)),
    ...stickTable(sticky === 'cookie' ? 'source' : sticky),
    '  default-server inter 1s fall 2 rise 1',
  ];
}

function stickTable(sticky: GatewayBackend['sticky']): string[] {
  return sticky === 'source' ? ['  stick-table type ip size 100k expire 3h', '  stick on src'] : [];
}

/** What gateways ask each other: whether a back end has a server. Stands below the path of the route. */
const PEER_PATH = '/.well-known/stowage-gateway';

function peerAnswer(peers: GatewayBackend['peers']): string[] {
  if (peers.length === 0) return [];
  return [
    `  acl asked path_end ${PEER_PATH}`,
    '  http-request return status 200 if peer asked { nbsrv gt 0 }',
    '  http-request return status 503 if peer asked',
  ];
}

function peerQuestion(check: GatewayBackend['peerCheck']): string[] {
  if (check === undefined) return [];
  const host = check.host === undefined ? '' : ` hdr Host ${quote(check.host)}`;
  const path = quote(check.path.replace(/\/+$/, '') + PEER_PATH);
  return ['  option httpchk', `  http-check send meth GET uri ${path}${host}`, '  http-check expect status 200'];
}

/** Other hosts that publish the same. A peer's own request never gets here, so that none can go in circles. */
function renderPeers({ name, peers, peerCheck }: GatewayBackend, isHttp: boolean, isTcp: boolean): string[] {
  if (peers.length === 0) return [];
  const line = (check: string) =>
    peers.map((p) => `  server ${p.host} ${p.address}:${p.port} ${check}${p.tls ? ' ssl verify none' : ''}`);
  return [
    ...(isHttp
      ? [
          `backend ${peersName(httpName(name))}`,
          '  mode http',
          '  balance roundrobin',
          '  retry-on conn-failure empty-response',
          '  http-request disable-l7-retry if !METH_GET',
          ...peerQuestion(peerCheck),
          '  default-server inter 2s fall 2 rise 1',
          ...line('check'),
          '',
        ]
      : []),
    ...(isTcp
      ? [`backend ${peersName(tcpName(name))}`, '  mode tcp', '  balance roundrobin', ...line('check inter 2s'), '']
      : []),
  ];
}
