import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Step, StepKind } from '../../../model/step.ts';
import type { HostConnection } from '../../transport/connection.ts';

/** Bytes of configs, secrets and sensitive environment values, by digest (`sha256:…`). */
export interface PayloadSource {
  /** The bytes, or undefined when this run does not have them. */
  bytes(digest: string): Promise<Uint8Array | undefined>;
}

/** What all steps of one run share. */
export interface RunContext {
  readonly stack: string;
  /** Revision the run makes; stands in the labels of what it creates. */
  readonly revision: number;
  readonly payloads: PayloadSource;
  /** `X-Registry-Auth` for a registry (`docker.io`, `registry.example:5000`); undefined is anonymous. */
  registryAuth?(registry: string, image: string): Promise<string | undefined>;
  /** Runs before every step that changes something; throws when the lock is lost. */
  verifyLock?(): Promise<void>;
  /** Settles once the history has the revision; a step that changes what is there waits for it. */
  readonly recorded?: Promise<void>;
  /** Who runs this, for marks on hosts: `ann@laptop`. */
  readonly actor?: string;
  /** Runners from outside this folder (gateway, image transfer, build); they stand above the built-in ones. */
  readonly extensions?: Partial<StepRunners>;
}

/** What one step gets to work with. */
export interface StepScope {
  readonly host: HostConnection;
  /** Another host of the run. */
  other(name: string): HostConnection;
  readonly context: RunContext;
  /** Fires when the step's time is over or the run is stopped at once. */
  readonly signal: AbortSignal;
  /** Milliseconds since the first attempt at this step began. */
  elapsedMs(): number;
  /** When the steps it waits for were done, by `performance.now`. */
  readonly readyMs: number;
  /** Nobody knows whether the attempt before this one took effect. */
  readonly outcomeUnknown: boolean;
  progress(text: string): void;
  /** Notes something worth knowing that is no failure. */
  warn(diagnostic: Diagnostic): void;
}

/** Does one step. Run again, it finds what the first run left and completes it. */
export type StepRunner<K extends StepKind> = (step: Step<K>, scope: StepScope) => Promise<void>;

/** A step kind without a runner does not compile. */
export type StepRunners = { readonly [K in StepKind]: StepRunner<K> };
