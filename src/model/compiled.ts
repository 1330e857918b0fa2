import type { DesiredState } from './desired.ts';
import type { Diagnostic, Position } from './diagnostic.ts';
import type { PayloadRequest } from './payload-request.ts';

/** What a front-end returns. `desired` is absent exactly when an error is among the diagnostics. */
export interface Compiled {
  readonly desired?: DesiredState;
  readonly diagnostics: readonly Diagnostic[];
  /** Bytes of configs and secrets by digest (`sha256:…`); they never enter the desired state. */
  readonly payloads: ReadonlyMap<string, Uint8Array>;
  /** Sources of configs and secrets that have to be asked outside the compiler; those given are among the payloads. */
  readonly requests?: readonly PayloadRequest[];
  /** Where a resource was defined: `workload/web`, `network/front`, … */
  readonly positions: ReadonlyMap<string, Position>;
}
