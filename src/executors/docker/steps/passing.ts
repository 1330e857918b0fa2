import { type Diagnostic, DiagnosticError } from '../../../model/diagnostic.ts';
import { EXIT } from '../../../model/exit-codes.ts';
import { HostError } from '../../transport/errors.ts';
import { engineWords } from './failure.ts';

/** The engine's words while it, containerd or the swarm is coming up again. */
const ENGINE_TROUBLE =
  /containerd\.sock|transport is closing|connection error: desc|ttrpc: closed|shim disconnected|daemon is shutting down|grpc: the client connection is closing|layer .*: device or resource busy|raft|no leader|not have a leader|invalid cluster node|context deadline exceeded/i;

/** Of these, the swarm's. A manager that has failed, as with a full disk, begins anew after up to half a minute. */
const SWARM_TROUBLE = /raft|no leader|not have a leader|invalid cluster node|context deadline exceeded/i;

/** A registry's words for load, limits and a network that hiccups. */
const REGISTRY_TROUBLE =
  /toomanyrequests|too many requests|unexpected http status: 5\d\d|status code 5\d\d|5\d\d (internal server error|bad gateway|service unavailable|gateway time-?out)|tls handshake timeout|i\/o timeout|connection reset|connection refused|unexpected eof|: EOF$|temporary failure in name resolution|net\/http: request canceled/i;

/**
 * True for failures that are known to pass by themselves: the connection, an engine that restarts, a registry that is
 * overloaded or down for a moment. Never for wrong input.
 */
export function isPassingTrouble(error: unknown): boolean {
  if (error instanceof RegistryTrouble || error instanceof SwarmTrouble) return true;
  if (!(error instanceof HostError)) return false;
  if (error.isConnectionLost || error.code === 'host/engine-down' || error.code === 'host/timeout') return true;
  if (error.status === 503 || error.status === 429) return true;
  return error.status !== undefined && error.status >= 500 && ENGINE_TROUBLE.test(engineWords(error));
}

/** True for passing troubles that take longer than others: an election, or a manager that begins anew. */
export function isSwarmTrouble(error: unknown): boolean {
  return error instanceof SwarmTrouble || (error instanceof HostError && SWARM_TROUBLE.test(engineWords(error)));
}

/** A registry failed in a way that is known to pass. */
export class RegistryTrouble extends DiagnosticError {
  constructor(diagnostic: Diagnostic) {
    super([diagnostic], EXIT.failed);
  }
}

/** A manager of the swarm did not answer the host in time, which is known to pass. */
export class SwarmTrouble extends DiagnosticError {
  constructor({ diagnostics }: DiagnosticError) {
    super(diagnostics, EXIT.failed);
  }
}

/** The same for what a pull says in its stream or answer. */
export function isPassingRegistryTrouble(words: string): boolean {
  return REGISTRY_TROUBLE.test(words);
}
