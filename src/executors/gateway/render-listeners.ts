import type { GatewayBackend, GatewayEntry, GatewayListener, GatewayRule } from '../../model/gateway.ts';
import { CERTIFICATES, FOLDER } from './paths.ts';
import {
  certificateFile,
  type HostTraits,
  handoverName,
  httpName,
  innerName,
  peerAcl,
  peersName,
  quote,
  tcpName,
} from './words.ts';

/** All listeners that share an address and a port, of whatever stack. */
interface Shared {
  readonly port: number;
  readonly hostIp: string | undefined;
  readonly listeners: readonly GatewayListener[];
  readonly backends: ReadonlyMap<string, GatewayBackend>;
}

/** One front end per address and port. */
export function renderListeners(entries: readonly GatewayEntry[], traits: HostTraits): string[] {
  const backends = new Map(entries.flatMap((e) => e.config.backends.map((b) => [b.name, b] as const)));
  const groups = new Map<string, GatewayListener[]>();
  for (const listener of entries.flatMap((e) => e.config.listeners)) {
    const key = `${String(listener.port).padStart(5, '0')} ${listener.hostIp ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), listener]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, listeners]) => {
      const { port, hostIp } = listeners[0] as GatewayListener;
      return renderFrontend({ port, hostIp, listeners, backends }, traits);
    });
}

function renderFrontend(shared: Shared, traits: HostTraits): string[] {
  const { listeners, backends } = shared;
  const used = new Set(listeners.flatMap((l) => [...l.rules.map((r) => r.backend), l.defaultBackend ?? '']));
  const peers = [...backends.values()].filter((b) => used.has(b.name)).flatMap((b) => b.peers);
  const isHttp = listeners.some((l) => l.mode === 'http');
  const name = `port-${shared.port}${shared.hostIp === undefined ? '' : `-${shared.hostIp.replace(/:/g, '.')}`}`;
  const passed = listeners.flatMap((l) => l.rules).filter((r) => backends.get(r.backend)?.mode === 'passthrough');
  const front: Front = { name, shared, acl: peerAcl(peers), traits };
  if (passed.length > 0) return isHttp ? renderMixed(front, passed) : renderTcp(front, passthroughRules(passed));
  if (isHttp) return [...begin(front, 'http', tlsOf(listeners)), ...httpRules(shared), ''];
  const backend = listeners.find((l) => l.defaultBackend !== undefined)?.defaultBackend;
  const isAuto = backend !== undefined && backends.get(backend)?.mode === 'auto';
  return isAuto ? renderAuto(front, backend) : renderTcp(front, byDefault(backend, tcpName, shared));
}

/** A front end that is about to be rendered. */
interface Front {
  readonly name: string;
  readonly shared: Shared;
  readonly acl: readonly string[];
  readonly traits: HostTraits;
}

function begin({ name, shared, acl, traits }: Front, mode: 'http' | 'tcp', tls: string): string[] {
  return [`frontend ${name}`, `  mode ${mode}`, ...binds(shared, traits, tls), ...acl];
}

function renderTcp(front: Front, rules: readonly string[]): string[] {
  return [...begin(front, 'tcp', ''), ...rules, ''];
}

/** Some names are passed through and TLS of the others ends here: those take one more turn inside of HAProxy. */
function renderMixed(front: Front, passed: readonly GatewayRule[]): string[] {
  const { name, shared } = front;
  const listeners = shared.listeners.map((l) => ({ ...l, rules: l.rules.filter((r) => !passed.includes(r)) }));
  const inner = innerName(name, 'tls');
  return [
    ...renderTcp({ ...front, acl: [] }, [...passthroughRules(passed), `  default_backend ${handoverName(inner)}`]),
    ...renderInner(inner, { ...front, shared: { ...shared, listeners } }),
  ];
}

/**
 * The first bytes tell HTTP from the rest; a client that waits to be greeted gets its connection after the delay. HTTP
 * takes one more turn inside of HAProxy: when a process has to go, only a front end of mode http can end a kept
 * connection with its next answer; another one closes it while the client may be about to ask.
 */
function renderAuto(front: Front, backend: string): string[] {
  const inner = innerName(front.name, 'http');
  return [
    ...renderTcp(front, [
      '  tcp-request inspect-delay 1s',
      '  tcp-request content accept if HTTP',
      `  use_backend ${handoverName(inner)} if HTTP`,
      ...byDefault(backend, tcpName, front.shared),
    ]),
    ...renderInner(inner, front),
  ];
}

/** A front end for HTTP that another one hands connections to; it knows where they come from. */
function renderInner(name: string, { shared, acl }: Front): string[] {
  const socket = `unix@${FOLDER}/${name}.sock`;
  return [
    ...[`backend ${handoverName(name)}`, '  mode tcp', `  server inner ${socket} send-proxy-v2`, ''],
    ...[`frontend ${name}`, '  mode http', `  bind ${socket} mode 666 accept-proxy${tlsOf(shared.listeners)}`, ...acl],
    ...[...httpRules(shared), ''],
  ];
}

function tlsOf(listeners: readonly GatewayListener[]): string {
  const files = [...new Set(listeners.flatMap((l) => l.certificates.map(certificateFile)))].sort();
  if (files.length === 0) return '';
  return ` ssl ${files.map((f) => `crt ${FOLDER}/${CERTIFICATES}/${f}`).join(' ')} alpn h2,http/1.1`;
}

function binds({ port, hostIp }: Shared, { hasIpv6 }: HostTraits, tls: string): string[] {
  const addresses = hostIp !== undefined && hostIp !== '' ? [hostIp] : hasIpv6 ? [':::v4v6'] : ['*'];
  return addresses.map((a) => (a === ':::v4v6' ? `  bind :::${port} v4v6${tls}` : `  bind ${a}:${port}${tls}`));
}

function httpRules(shared: Shared): string[] {
  const { listeners, backends } = shared;
  const rules = listeners.flatMap((l) => [...l.rules]).sort(moreSpecificFirst);
  const fallback = listeners.find((l) => l.defaultBackend !== undefined)?.defaultBackend;
  const hasPeers = hasPeersIn(backends);
  return [
    '  option idle-close-on-response',
    ...rules.flatMap((rule, i) => ruleAcls(rule, i)),
    ...redirects(rules, hasPeers),
    ...rules.flatMap((rule, i) => use(rule.backend, httpName(rule.backend), conditions(rule, i), hasPeers)),
    ...byDefault(fallback, httpName, shared),
  ];
}

function byDefault(backend: string | undefined, nameOf: (backend: string) => string, { backends }: Shared): string[] {
  if (backend === undefined) return [];
  const section = nameOf(backend);
  return [...use(backend, section, '', hasPeersIn(backends)).slice(0, -1), `  default_backend ${section}`];
}

function hasPeersIn(backends: Shared['backends']): (backend: string) => boolean {
  return (backend) => (backends.get(backend)?.peers.length ?? 0) > 0;
}

function passthroughRules(passed: readonly GatewayRule[]): string[] {
  const rules = [...passed].sort(moreSpecificFirst);
  return [
    '  tcp-request inspect-delay 5s',
    '  tcp-request content accept if { req.ssl_hello_type 1 }',
    ...rules.map((rule) => {
      const match = rule.host === undefined ? '' : ` if { req.ssl_sni ${hostMatch(rule.host)} }`;
      return `  use_backend ${tcpName(rule.backend)}${match}`;
    }),
  ];
}

/** While no server of this host is up the others are asked, unless it is one of them that asks. */
function use(backend: string, section: string, condition: string, hasPeers: (name: string) => boolean): string[] {
  const and = condition === '' ? '' : `${condition} `;
  const away = hasPeers(backend)
    ? [`  use_backend ${peersName(section)} if ${and}!peer { nbsrv(${section}) eq 0 }`]
    : [];
  return [...away, `  use_backend ${section}${condition === '' ? '' : ` if ${condition}`}`];
}

function ruleAcls(rule: GatewayRule, index: number): string[] {
  const path = quote(rule.path.replace(/(.)\/+$/, '$1'));
  const host = rule.host === undefined ? [] : [`  acl host${index} req.hdr(host),field(1,:) ${hostMatch(rule.host)}`];
  if (rule.pathType === 'exact') return [...host, `  acl path${index} path ${quote(rule.path)}`];
  if (rule.path === '/' || rule.path === '') return host;
  return [...host, `  acl path${index} path ${path}`, `  acl path${index} path_beg ${path}/`];
}

function conditions(rule: GatewayRule, index: number): string {
  const host = rule.host === undefined ? [] : [`host${index}`];
  const path = rule.pathType === 'prefix' && (rule.path === '/' || rule.path === '') ? [] : [`path${index}`];
  return [...host, ...path].join(' ');
}

/** Redirects of the rules that have one. Where a more specific rule has none, the first rule that matches decides. */
function redirects(rules: readonly GatewayRule[], hasPeers: (backend: string) => boolean): string[] {
  const last = rules.findLastIndex((r) => r.redirectToHttps !== undefined);
  const isPlain = rules.slice(0, last + 1).every((r) => r.redirectToHttps === rules[0]?.redirectToHttps);
  const chosen = rules.slice(0, last + 1).map((rule, i) => {
    const when = ['!{ var(txn.rule) -m found }', conditions(rule, i)].filter(Boolean).join(' ');
    return `  http-request set-var(txn.rule) int(${i}) if ${when}`;
  });
  return [
    ...(isPlain ? [] : chosen),
    ...rules.flatMap((rule, i) => {
      const matches = isPlain ? conditions(rule, i) : `{ var(txn.rule) -m int ${i} }`;
      return redirect(rule, matches, hasPeers(rule.backend));
    }),
  ];
}

function redirect(rule: GatewayRule, matches: string, hasPeers: boolean): string[] {
  if (rule.redirectToHttps === undefined) return [];
  const port = rule.redirectToHttps === 443 ? '' : `:${rule.redirectToHttps}`;
  const when = [matches, '!{ ssl_fc }', hasPeers ? '!peer' : ''].filter(Boolean).join(' ');
  return [
    `  http-request redirect location https://%[req.hdr(host),field(1,:)]${port}%[capture.req.uri] code 308 if ${when}`,
  ];
}

function hostMatch(host: string): string {
  return host.startsWith('*.')
    ? `-m reg -i ^[^.]+${quote(host.slice(1).replace(/[.*+?^${}()|[\]]/g, '\\$&'))}$`
    : `-i ${quote(host)}`;
}

/** Named hosts before wildcards before any; exact paths first, then the longer prefix. */
function moreSpecificFirst(a: GatewayRule, b: GatewayRule): number {
  const host = (r: GatewayRule) => (r.host === undefined ? 2 : r.host.startsWith('*.') ? 1 : 0);
  const path = (r: GatewayRule) => (r.pathType === 'exact' ? 0 : 1);
  return (
    host(a) - host(b) ||
    path(a) - path(b) ||
    b.path.length - a.path.length ||
    compare(a.host ?? '', b.host ?? '') ||
    compare(a.path, b.path) ||
    compare(a.backend, b.backend)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
