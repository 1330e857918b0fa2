import type { Change } from './change.ts';
import type { DesiredState } from './desired.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Placement } from './placement.ts';
import type { Step } from './step.ts';

/** What will happen, in order; plain JSON, the same bytes for the same inputs. */
export interface Plan {
  readonly version: 1;
  readonly toolVersion: string;
  readonly stack: string;
  /** All hosts of the run, sorted. */
  readonly hosts: readonly string[];
  /** SHA-256 over the desired state and the inventory. */
  readonly inputDigest: string;
  readonly desired: DesiredState;
  /** Image reference → digest, as resolved for this plan. */
  readonly images: Readonly<Record<string, string>>;
  readonly placements: readonly Placement[];
  readonly changes: readonly Change[];
  readonly steps: readonly Step[];
  readonly guarantees: readonly Guarantee[];
  /** Live objects the steps touch; a plan is stale when one of them differs. */
  readonly fingerprints: readonly Fingerprint[];
  readonly warnings: readonly Diagnostic[];
  /** Text of files the planner made itself (downward API), by digest; never a secret. */
  readonly generated: Readonly<Record<string, string>>;
}

export interface Guarantee {
  readonly type: 'min-ready' | 'peak-memory' | 'peak-cpus' | 'downtime' | 'order';
  /** Workload id or host name. */
  readonly subject: string;
  /** "web never below 2 of 3 ready" */
  readonly text: string;
  readonly value: number;
  readonly of?: number;
}

export interface Fingerprint {
  readonly host: string;
  readonly kind: 'container' | 'network' | 'volume' | 'image';
  readonly name: string;
  /** SHA-256 over what matters of the object; empty when it did not exist. */
  readonly fingerprint: string;
}
