/** What `doctor` looks at. */
export type CheckName =
  | 'connection'
  | 'socket'
  | 'forwarding'
  | 'engine'
  | 'disk'
  | 'clock'
  | 'swarm'
  | 'gossip'
  | 'gateway'
  | 'lock'
  | 'ledger';

/** One check and what it found; `fix` is the mend where there is something to mend. */
export interface Check {
  readonly check: CheckName;
  /** Absent for what belongs to the whole stack. */
  readonly host?: string;
  /** `skipped`: it could not be looked at. */
  readonly status: 'ok' | 'warning' | 'error' | 'skipped';
  readonly text: string;
  readonly why?: string;
  readonly fix?: string;
}
