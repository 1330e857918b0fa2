import type { PayloadReference } from './env.ts';

export interface FileMount {
  readonly target: string;
  readonly source:
    | { readonly payload: PayloadReference }
    | { readonly field: string }
    | { readonly resource: string; readonly divisor: string; readonly container?: string };
  readonly uid?: string;
  readonly gid?: string;
  /** Permission bits, e.g. 0o444. */
  readonly mode: number;
}

export interface Mount {
  readonly source: MountSource;
  readonly target: string;
  readonly readOnly: boolean;
}

export type MountSource =
  /** `volume` is an id in `DesiredState.volumes`. */
  | { readonly type: 'volume'; readonly volume: string; readonly subpath?: string; readonly noCopy?: boolean }
  /** One volume per ordinal, from `StatefulPolicy.claims`. */
  | { readonly type: 'claim'; readonly claim: string; readonly subpath?: string }
  /** `PodTemplate.scratch` entry. */
  | { readonly type: 'scratch'; readonly name: string; readonly subpath?: string }
  /** An engine volume without a name that goes with the container. */
  | { readonly type: 'anonymous'; readonly noCopy?: boolean; readonly labels?: Readonly<Record<string, string>> }
  | {
      readonly type: 'bind';
      readonly path: string;
      readonly createHostPath: boolean;
      readonly propagation?: string;
      readonly selinux?: string;
      readonly recursive?: string;
      /** What must be there: Kubernetes hostPath types. */
      readonly expect?: 'directory' | 'file' | 'socket' | 'char-device' | 'block-device';
      /** Copy this folder of the CLI's machine to the host by content hash (`x-stowage.sync`). */
      readonly sync?: boolean;
      /** Digest (`sha256:…`) of what is to be copied. */
      readonly digest?: string;
      /** The path is below the project's folder on the machine of the CLI; on another host it means something else. */
      readonly ofProject?: boolean;
    }
  | { readonly type: 'tmpfs'; readonly sizeBytes?: number; readonly mode?: number }
  /** All mounts of a container of another workload (`volumes_from`), or of one that is not ours. */
  | { readonly type: 'from-workload'; readonly workload: string }
  | { readonly type: 'from-container'; readonly container: string }
  | { readonly type: 'image'; readonly image: string; readonly subpath?: string }
  | { readonly type: 'npipe' | 'cluster'; readonly path: string };
