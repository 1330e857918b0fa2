import type { PlacementStrategy, PruneOptions } from '../../model/desired.ts';
import type { Diagnostic, Position } from '../../model/diagnostic.ts';
import type { HostEntry } from '../../model/inventory.ts';
import type { Policy } from '../../model/policy.ts';

export type EngineKind = 'docker' | 'swarm' | 'kubernetes';

/** What stowage.yaml says at its top level or in one environment; absent is "not said". Paths are absolute, `-` is stdin. */
export interface FileSettings {
  readonly stack?: string;
  readonly files?: readonly string[];
  readonly engine?: EngineKind;
  readonly projectDirectory?: string;
  readonly profiles?: readonly string[];
  readonly envFiles?: readonly string[];
  readonly strict?: boolean;
  /** In the order written. */
  readonly hosts?: readonly HostEntry[];
  readonly strategy?: PlacementStrategy;
  readonly seed?: string;
  readonly pauseImage?: string;
  readonly probeImage?: string;
  readonly gatewayImage?: string;
  readonly prune?: PruneOptions;
  readonly policy?: Partial<Policy>;
  /** `WORKLOAD.ATTRIBUTE` patterns of differences that are not drift. */
  readonly driftIgnore?: readonly string[];
}

export interface StowageFile extends FileSettings {
  readonly path: string;
  readonly environments: ReadonlyMap<string, FileSettings>;
  /** Where `environments` is written, for messages about a missing one. */
  readonly environmentsPosition?: Position;
}

export interface StowageFileResult {
  /** Absent exactly when an error is among the diagnostics. */
  readonly file?: StowageFile;
  readonly diagnostics: readonly Diagnostic[];
}
