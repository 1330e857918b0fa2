import type { TaintEffect } from './desired.ts';

/** The hosts a run may use, as stowage.yaml, flags or the environment name them. No host has been asked yet. */
export interface Inventory {
  readonly hosts: readonly HostEntry[];
}

export interface HostEntry {
  readonly name: string;
  readonly address: HostAddress;
  /** Matched as `node.labels.*` and by Kubernetes selectors. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Overrides of what the engine reports. */
  readonly capacity?: HostCapacity;
  /** Address other hosts reach it by (swarm advertise address). */
  readonly advertiseAddress?: string;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: TaintEffect;
}

export interface HostCapacity {
  readonly cpus?: number;
  readonly memoryBytes?: number;
  readonly ephemeralStorageBytes?: number;
  readonly generic?: Readonly<Record<string, number>>;
  readonly pods?: number;
}

export type HostAddress =
  | { readonly type: 'unix'; readonly path: string }
  | {
      readonly type: 'ssh';
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** Engine socket on the host; /var/run/docker.sock unless told. */
      readonly socketPath?: string;
      readonly identityFile?: string;
      /** Hosts to go through, first hop first, each `[user@]host[:port]`. */
      readonly jump?: readonly string[];
    }
  | {
      readonly type: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
    };
