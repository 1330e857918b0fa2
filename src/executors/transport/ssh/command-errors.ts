import type { HostEntry } from '../../../model/inventory.ts';
import type { HostError, TransportCode } from '../errors.ts';
import { failure } from '../failures.ts';

const MEANINGS: readonly [RegExp, TransportCode][] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/, 'host/ssh-host-key-changed'],
  [/revoked/i, 'host/ssh-host-key-revoked'],
  [/Host key verification failed/, 'host/ssh-host-key-unknown'],
  [/Could not resolve hostname/, 'host/name-unknown'],
  [/Permission denied|Too many authentication failures/, 'host/ssh-auth'],
  [/stdio forwarding failed|kex_exchange.*jump|UNKNOWN port 65535/, 'host/jump-failed'],
  [/Connection refused|timed out|No route to host|Network is unreachable|timeout/, 'host/unreachable'],
  [/administratively prohibited|forwarding/i, 'host/forwarding-forbidden'],
];

/** What the ssh command's last words mean. */
export function explainSsh(entry: HostEntry, said: string, cause: unknown): HostError {
  const words = said.trim() === '' ? String((cause as Error).message) : said.trim();
  const code = MEANINGS.find(([pattern]) => pattern.test(words))?.[1] ?? 'host/ssh-failed';
  return failure(entry, code, { why: `ssh said: ${words.split('\n').slice(-3).join(' ')}`, cause });
}
