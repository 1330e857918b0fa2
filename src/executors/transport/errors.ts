import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';

/** Why a host could not be asked. */
export type TransportCode =
  | 'host/unreachable'
  | 'host/name-unknown'
  | 'host/jump-failed'
  | 'host/not-ssh'
  | 'host/ssh-auth'
  | 'host/ssh-failed'
  | 'host/ssh-host-key-unknown'
  | 'host/ssh-host-key-changed'
  | 'host/ssh-host-key-revoked'
  | 'host/tls'
  | 'host/engine-down'
  | 'host/engine-forbidden'
  | 'host/engine-too-old'
  | 'host/forwarding-forbidden'
  | 'host/connection-lost'
  | 'host/timeout'
  | 'host/aborted'
  | 'host/no-shell'
  | 'host/bad-answer';

/** `engine/<status>` is an answer of the engine itself. */
export type HostErrorCode = TransportCode | `engine/${number}`;

/** A call to a host that failed, with what a person needs to mend it. */
export class HostError extends DiagnosticError {
  /** HTTP status, when the engine itself answered. */
  readonly status?: number;
  /** The request may or may not have taken effect: its connection broke, or time ran out, before the answer. */
  readonly outcomeUnknown: boolean;

  constructor(
    readonly code: HostErrorCode,
    readonly host: string,
    readonly diagnostic: Diagnostic,
    details: { readonly status?: number; readonly outcomeUnknown?: boolean; readonly cause?: unknown } = {},
  ) {
    super([diagnostic], EXIT.failed);
    this.message = [diagnostic.message, diagnostic.detail].filter(Boolean).join(': ');
    this.cause = details.cause;
    this.status = details.status;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
  }

  /** True when the connection itself is gone, so that `reconnect()` is the next thing to do. */
  get isConnectionLost(): boolean {
    return this.code === 'host/connection-lost' || this.code === 'host/unreachable';
  }
}

/** True for an engine's answer with this status: `isStatus(error, 404)`. */
export function isStatus(error: unknown, status: number): error is HostError {
  return error instanceof HostError && error.status === status;
}
