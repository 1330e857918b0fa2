import type { HostEntry } from '../../../model/inventory.ts';
import type { HostError } from '../errors.ts';
import { failure } from '../failures.ts';
import type { Offered } from './credentials.ts';
import type { HostKeyCheck } from './host-keys.ts';
import type { SshTarget } from './target.ts';

interface Circumstances {
  readonly hostKeys: HostKeyCheck;
  readonly offered: Offered;
  /** Authentication methods the server named, e.g. `publickey`, `password`. */
  readonly serverTakes: readonly string[];
}

type Ssh2Error = Error & { readonly level?: string; readonly code?: string };

/** What a failed login means. ssh2 tells the phase by `level`, the rest by its message. */
export function explainLogin(entry: HostEntry, target: SshTarget, error: Ssh2Error, about: Circumstances): HostError {
  const cause = error;
  const at = `${target.host} port ${target.port}`;
  if (about.hostKeys.refusal) return about.hostKeys.refusal;
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return failure(entry, 'host/name-unknown', { detail: target.host, why: error.message, cause });
  }
  switch (error.level) {
    case 'client-authentication':
      return refused(entry, target, about);
    case 'client-timeout':
      return failure(entry, 'host/unreachable', { detail: at, why: 'no answer within 15 s', cause });
    case 'client-socket':
      return failure(entry, 'host/unreachable', { detail: at, why: error.message, cause });
    case 'protocol':
      return failure(entry, 'host/not-ssh', { detail: at, why: error.message, cause });
    default:
      return failure(entry, 'host/ssh-failed', { detail: at, why: error.message, cause });
  }
}

function refused(entry: HostEntry, target: SshTarget, { offered, serverTakes }: Circumstances): HostError {
  const { tried, notTried } = offered;
  const takes = serverTakes.length > 0 ? `the server takes ${serverTakes.join(', ')}` : 'the server gave no reason';
  const gave = tried.length > 0 ? `refused ${tried.join(', ')}` : 'no key could be offered';
  const skipped = notTried.length > 0 ? `; not tried: ${notTried.join(', ')}` : '';
  const fix =
    tried.length > 0
      ? `add one of these keys to ~${target.user}/.ssh/authorized_keys there (ssh-copy-id), or name another user or key for this host`
      : `ssh-add a key to your agent, or name one: identity: under the host in stowage.yaml, or IdentityFile in ~/.ssh/config`;
  return failure(entry, 'host/ssh-auth', {
    detail: `${target.user}@${target.host}`,
    why: `${takes}; ${gave}${skipped}`,
    fix,
  });
}
