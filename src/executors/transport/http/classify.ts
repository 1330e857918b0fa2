import type { HostEntry } from '../../../model/inventory.ts';
import type { RequestOptions } from '../connection.ts';
import { HostError } from '../errors.ts';
import { failure } from '../failures.ts';

interface Circumstances {
  readonly call: RequestOptions & { readonly method: string; readonly path: string };
  /** A connection stood, so that the engine may have seen the request. */
  readonly sent: boolean;
  /** Set when our own timer ended it. */
  readonly timeoutMs?: number;
}

const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ETIMEDOUT', 'ENETDOWN', 'EADDRNOTAVAIL']);
const LOST = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/** What a broken call means: which of the host errors, and whether the engine may have acted on it. */
export function classify(entry: HostEntry, error: unknown, { call, sent, timeoutMs }: Circumstances): HostError {
  if (error instanceof HostError) return error;
  const request = `${call.method} ${call.path}`;
  const outcomeUnknown = sent && call.method !== 'GET' && call.method !== 'HEAD';
  const cause = error;
  const { code = '', message = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
  if (call.signal?.aborted) return failure(entry, 'host/aborted', { detail: request, outcomeUnknown, cause });
  if (timeoutMs !== undefined) {
    const why = `no answer within ${timeoutMs / 1000} s`;
    return failure(entry, 'host/timeout', { detail: request, why, outcomeUnknown, cause });
  }
  const why = message;
  if (isTls(code)) return failure(entry, 'host/tls', { detail: request, why, outcomeUnknown: false, cause });
  if (LOST.has(code) || /socket hang up|aborted/i.test(message)) {
    return failure(entry, 'host/connection-lost', { detail: request, why, outcomeUnknown, cause });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return failure(entry, 'host/name-unknown', { why, cause });
  if (code === 'EACCES' || code === 'EPERM') return failure(entry, 'host/engine-forbidden', { why, cause });
  if (code === 'ECONNREFUSED' || code === 'ENOENT') {
    return entry.address.type === 'tcp' && code === 'ECONNREFUSED'
      ? failure(entry, 'host/engine-down', { why: `nothing listens there (${message})`, cause })
      : failure(entry, 'host/engine-down', { why, cause });
  }
  if (UNREACHABLE.has(code)) return failure(entry, 'host/unreachable', { why, cause });
  if (code.startsWith('HPE_')) {
    return failure(entry, 'host/bad-answer', { detail: request, why: `it does not speak HTTP (${message})`, cause });
  }
  return failure(entry, 'host/connection-lost', { detail: request, why, outcomeUnknown, cause });
}

function isTls(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO|ERR_OSSL)/.test(code);
}
