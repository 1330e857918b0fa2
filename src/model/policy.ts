import type { IntOrPercent } from './desired.ts';

/** Rules of stowage.yaml that every plan is checked against. Absent is no rule. */
export interface Policy {
  /** `KIND.ACTION`, either may be `*`: `volume.delete`, `replica.move`, `host-port.change`. */
  readonly forbid: readonly string[];
  /** Workloads that must not be updated stop-first. */
  readonly neverStopFirst: readonly string[];
  /** Share of a workload's replicas one plan may replace. */
  readonly maxReplaced?: IntOrPercent;
  /** By workload; `*` is every other one. */
  readonly minReady: Readonly<Record<string, IntOrPercent>>;
  readonly images: {
    /** Every image is named by digest. */
    readonly pinned: boolean;
    /** Absent is any. */
    readonly registries?: readonly string[];
  };
  /** False forbids privileged containers. */
  readonly privileged: boolean;
  /** False forbids `swarm.init` and `swarm.join`. */
  readonly swarm: boolean;
  readonly freeze: readonly FreezeWindow[];
}

/** Nothing is applied from `fromMs` up to `toMs` (milliseconds since the epoch). */
export interface FreezeWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason?: string;
}

export const NO_POLICY: Policy = {
  forbid: [],
  neverStopFirst: [],
  minReady: {},
  images: { pinned: false },
  privileged: true,
  swarm: true,
  freeze: [],
};
