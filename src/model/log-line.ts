import type { ReplicaReport } from './replica-report.ts';

/** One line a container wrote. */
export interface LogLine {
  readonly replica: Pick<ReplicaReport, 'stack' | 'workload' | 'ordinal' | 'container' | 'role' | 'host' | 'id'>;
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds, the engine's clock. */
  readonly timestamp: string;
  /** Without the line break. */
  readonly text: string;
}
