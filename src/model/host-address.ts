import type { HostAddress } from './inventory.ts';

export const DEFAULT_SOCKET = '/var/run/docker.sock';

export type ParsedAddress =
  | { readonly ok: true; readonly address: HostAddress }
  /** `why` completes "this address cannot be used:"; `fix` is one line. */
  | { readonly ok: false; readonly why: string; readonly fix: string };

/**
 * Reads where an engine is from what people write: `ssh://[user@]host[:port][/socket]`, `user@host[:port]`,
 * `unix:///path` or an absolute path, `tcp://host[:port]` (2375, or 2376 for `https://`). TLS files are not part of it.
 */
export function parseHostAddress(text: string): ParsedAddress {
  const trimmed = text.trim();
  if (trimmed === '') return refuse('it is empty');
  if (trimmed.startsWith('/')) return { ok: true, address: { type: 'unix', path: trimmed } };
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    return trimmed.includes('@') ? parseSsh(`ssh://${trimmed}`) : refuse('it has no scheme');
  }
  const rest = trimmed.slice(scheme.length + 3);
  if (scheme === 'unix') return parseUnix(rest);
  if (scheme === 'ssh') return parseSsh(trimmed);
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') return parseTcp(rest, scheme);
  return refuse(`${scheme}:// is not something Stowage can connect to`);
}

/** The address as people write it; what `parseHostAddress` reads back. */
export function formatHostAddress(address: HostAddress): string {
  switch (address.type) {
    case 'unix':
      return `unix://${address.path}`;
    case 'tcp':
      return `tcp://${bracket(address.host)}:${address.port}`;
    case 'ssh': {
      const user = address.user === undefined ? '' : `${encodeURIComponent(address.user)}@`;
      const port = address.port === undefined ? '' : `:${address.port}`;
      return `ssh://${user}${bracket(address.host)}${port}${address.socketPath ?? ''}`;
    }
  }
}

/** `[user@]host[:port]` or `ssh://…` of a jump host, taken apart; undefined when it is neither. */
export function parseJump(text: string): { user?: string; host: string; port?: number } | undefined {
  const parsed = parseSsh(text.startsWith('ssh://') ? text : `ssh://${text}`);
  if (!parsed.ok || parsed.address.type !== 'ssh' || parsed.address.socketPath !== undefined) return undefined;
  const { user, host, port } = parsed.address;
  return { user, host, port };
}

function parseUnix(path: string): ParsedAddress {
  if (!path.startsWith('/'))
    return refuse('a socket needs an absolute path', 'write it as unix:///var/run/docker.sock');
  return { ok: true, address: { type: 'unix', path } };
}

function parseSsh(text: string): ParsedAddress {
  const match = /^ssh:\/\/(?:([^@/]*)@)?(\[[^\]\s]+\]|[^:/@[\]\s]+)(?::([^/]*))?(\/.*)?$/i.exec(text);
  if (!match) return refuse('it is not of the form ssh://user@host:port');
  const [, userinfo, host = '', portText, path] = match;
  if (userinfo?.includes(':')) {
    return refuse('it holds a password', 'log in with a key: ssh-copy-id, then ssh://user@host');
  }
  const port = parsePort(portText);
  if (port === null) return refuse(`"${portText}" is not a port`);
  return {
    ok: true,
    address: {
      type: 'ssh',
      host: unbracket(host),
      ...(userinfo ? { user: decode(userinfo) } : {}),
      ...(port === undefined ? {} : { port }),
      ...(path === undefined || path === '/' ? {} : { socketPath: path }),
    },
  };
}

function parseTcp(rest: string, scheme: string): ParsedAddress {
  const match = /^(\[[^\]\s]+\]|[^:/@[\]\s]+)(?::([^/]*))?\/?$/.exec(rest);
  if (!match) return refuse(`it is not of the form ${scheme}://host:port`);
  const port = parsePort(match[2]);
  if (port === null) return refuse(`"${match[2]}" is not a port`);
  const fallback = scheme === 'https' ? 2376 : 2375;
  return { ok: true, address: { type: 'tcp', host: unbracket(match[1] ?? ''), port: port ?? fallback } };
}

/** Undefined when absent, null when it is no port. */
function parsePort(text: string | undefined): number | undefined | null {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : null;
}

function refuse(why: string, fix?: string): ParsedAddress {
  return { ok: false, why, fix: fix ?? 'write ssh://user@host, unix:///var/run/docker.sock or tcp://host:2376' };
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function unbracket(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
