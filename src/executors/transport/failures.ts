import { formatHostAddress } from '../../model/host-address.ts';
import type { HostEntry } from '../../model/inventory.ts';
import { HostError, type HostErrorCode, type TransportCode } from './errors.ts';

interface Parts {
  readonly detail?: string;
  readonly why?: string;
  readonly fix?: string;
  readonly cause?: unknown;
  readonly status?: number;
  readonly outcomeUnknown?: boolean;
}

/** The catalogue of what can go wrong with a host: its message, and the fix when the caller knows no better. */
const CATALOGUE: { readonly [code: string]: { readonly message: string; readonly fix: string } } = {
  'host/unreachable': {
    message: 'host cannot be reached',
    fix: 'check that the host is up and that its address, port and firewall let you in',
  },
  'host/name-unknown': { message: 'host name is unknown', fix: 'check the spelling, or give its IP address' },
  'host/jump-failed': {
    message: 'jump host did not let the connection through',
    fix: 'check that the jump host reaches the host, and allows it (AllowTcpForwarding in its sshd_config)',
  },
  'host/not-ssh': { message: 'what answers there is not an SSH server', fix: 'check the port in the address' },
  'host/ssh-auth': { message: 'login refused', fix: 'add your public key to ~/.ssh/authorized_keys on the host' },
  'host/ssh-failed': { message: 'SSH connection failed', fix: 'try: ssh -v to the same address' },
  'host/ssh-host-key-unknown': {
    message: 'host key is not known',
    fix: 'compare the fingerprint with the host, then run again with --accept-new',
  },
  'host/ssh-host-key-changed': {
    message: 'host key has changed',
    fix: 'find out why; if the host was rebuilt: ssh-keygen -R, then run again with --accept-new',
  },
  'host/ssh-host-key-revoked': {
    message: 'host key is revoked',
    fix: 'do not connect; ask who marked this key @revoked in known_hosts',
  },
  'host/tls': {
    message: 'TLS connection failed',
    fix: 'check ca, cert and key of this host, and that they belong together',
  },
  'host/engine-down': { message: 'engine is not running', fix: 'start it on the host: sudo systemctl start docker' },
  'host/engine-forbidden': {
    message: 'user may not use the engine',
    fix: 'add the user to the group docker on the host: sudo usermod -aG docker USER, then log in anew',
  },
  'host/engine-too-old': { message: 'engine is too old', fix: 'install Docker 20.10 or newer on the host' },
  'host/forwarding-forbidden': {
    message: 'SSH server forbids forwarding to the engine',
    fix: 'allow it (AllowTcpForwarding and AllowStreamLocalForwarding in sshd_config), or install the docker command there',
  },
  'host/connection-lost': { message: 'connection to the host was lost', fix: 'check the network, then run again' },
  'host/timeout': {
    message: 'host did not answer in time',
    fix: 'check the load and the network of the host, then run again',
  },
  'host/aborted': { message: 'stopped before the host answered', fix: 'run again' },
  'host/no-shell': { message: 'no command can be run on this host', fix: 'give the host an ssh:// address' },
  'host/bad-answer': {
    message: 'answer of the host was not understood',
    fix: 'check that the address is that of a Docker engine',
  },
};

/** Builds the error of one code for one host. `detail`, `why` and `fix` complete or replace the catalogue's. */
export function failure(entry: HostEntry, code: TransportCode, parts: Parts = {}): HostError {
  const { message, fix } = CATALOGUE[code] ?? { message: code, fix: '' };
  return build(entry, code, { ...parts, message, fix: parts.fix ?? fix });
}

/** The engine's own refusal: HTTP status and its words. */
export function engineFailure(entry: HostEntry, request: string, status: number, answer: string): HostError {
  return build(entry, `engine/${status}`, {
    message: status >= 500 ? 'engine failed' : 'engine refused',
    detail: answer,
    why: `it answered ${request} with status ${status}`,
    status,
  });
}

/** The same failure as seen from another host, which shares what failed. */
export function forHost(error: HostError, entry: HostEntry): HostError {
  const { code, diagnostic, status, outcomeUnknown, cause } = error;
  return new HostError(code, entry.name, { ...diagnostic, where: whereIs(entry) }, { status, outcomeUnknown, cause });
}

/** `web-1 (ssh://deploy@198.51.100.11)` */
export function whereIs(entry: HostEntry): string {
  return `host ${entry.name} (${formatHostAddress(entry.address)})`;
}

function build(entry: HostEntry, code: HostErrorCode, parts: Parts & { readonly message: string }): HostError {
  const { message, detail, why, fix, cause, status, outcomeUnknown } = parts;
  const diagnostic = { severity: 'error' as const, code, message, where: whereIs(entry), detail, why, fix };
  return new HostError(code, entry.name, diagnostic, { cause, status, outcomeUnknown });
}
