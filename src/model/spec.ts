import type { AttachmentOptions, DeviceRequest, HealthCheck, Isolation, Protocol } from './desired.ts';

/**
 * One container exactly as it shall exist on one host: what the planner makes of a workload, an ordinal
 * and a host, and what observing a container gives back after image and engine defaults are subtracted.
 * Canonical: maps have sorted keys, lists that have no order are sorted, absent is "image or engine default".
 */
export interface ContainerSpec extends Isolation {
  readonly name: string;
  /** Reference as the file wrote it. */
  readonly image: string;
  /** `sha256:…` of the manifest the tag was resolved to; absent when not resolved. */
  readonly imageDigest?: string;
  readonly platform?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, SpecValue>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: string;
  readonly groupAdd?: readonly string[];
  readonly hostname?: string;
  readonly domainname?: string;
  readonly dns?: {
    readonly servers: readonly string[];
    readonly search: readonly string[];
    readonly options: readonly string[];
  };
  readonly extraHosts?: readonly string[];
  readonly network: SpecNetwork;
  /** `host:container` publications straight on the host. */
  readonly ports: readonly SpecPort[];
  readonly exposed?: readonly string[];
  readonly mounts: readonly SpecMount[];
  readonly files: readonly SpecFile[];
  readonly health?: HealthCheck;
  readonly restart: { readonly name: 'no' | 'always' | 'unless-stopped' | 'on-failure'; readonly maxAttempts?: number };
  readonly stopSignal?: string;
  readonly stopGraceSeconds?: number;
  readonly init?: boolean;
  readonly tty?: boolean;
  readonly stdinOpen?: boolean;
  readonly readOnlyRoot?: boolean;
  readonly privileged?: boolean;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly securityOptions?: readonly string[];
  readonly devices?: readonly { readonly source: string; readonly target: string; readonly permissions: string }[];
  readonly deviceRequests?: readonly DeviceRequest[];
  readonly deviceCgroupRules?: readonly string[];
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly resources: SpecResources;
}

/** What can be changed in place by `docker update`: resources and the restart policy. */
export interface SpecResources {
  readonly nanoCpus?: number;
  readonly memoryBytes?: number;
  readonly memoryReservationBytes?: number;
  readonly memorySwapBytes?: number;
  readonly memorySwappiness?: number;
  readonly pids?: number;
  readonly cpuShares?: number;
  readonly cpuPeriodMicros?: number;
  readonly cpuQuotaMicros?: number;
  readonly cpuRealtimePeriodMicros?: number;
  readonly cpuRealtimeRuntimeMicros?: number;
  readonly cpuSet?: string;
  readonly blkio?: Readonly<Record<string, unknown>>;
}

/** An environment value. Sensitive ones appear as digests wherever a spec is stored or shown. */
export type SpecValue =
  | { readonly value: string }
  /** SHA-256 of the value; the bytes come from the payloads by the same digest when the container is created. */
  | { readonly digest: string };

export type SpecNetwork =
  | { readonly mode: 'networks'; readonly attachments: readonly SpecAttachment[] }
  | { readonly mode: 'host' | 'none' }
  /** Shares the namespace of the container of this name. */
  | { readonly mode: 'container'; readonly container: string };

export interface SpecAttachment extends AttachmentOptions {
  /** The engine's network name. */
  readonly network: string;
  readonly aliases: readonly string[];
}

export interface SpecPort {
  readonly containerPort: number;
  readonly protocol: Protocol;
  readonly hostIp?: string;
  /** 0 lets the engine choose. */
  readonly hostPort: number;
  readonly hostPortEnd?: number;
}

export type SpecMount =
  | {
      readonly type: 'volume';
      /** The engine's volume name; absent for an anonymous one. */
      readonly volume?: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly subpath?: string;
      readonly noCopy?: boolean;
    }
  | {
      readonly type: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly propagation?: string;
      readonly createHostPath?: boolean;
      readonly selinux?: string;
      readonly recursive?: string;
    }
  | {
      readonly type: 'tmpfs';
      readonly target: string;
      readonly readOnly: boolean;
      readonly sizeBytes?: number;
      readonly mode?: number;
    }
  | { readonly type: 'volumes-from'; readonly container: string; readonly target: ''; readonly readOnly: boolean }
  | {
      readonly type: 'image';
      readonly image: string;
      readonly target: string;
      readonly readOnly: boolean;
      readonly subpath?: string;
    }
  | {
      readonly type: 'npipe' | 'cluster';
      readonly source: string;
      readonly target: string;
      readonly readOnly: boolean;
    };

/** A file put into the container before it starts; its bytes are found by digest among the payloads. */
export interface SpecFile {
  readonly target: string;
  readonly digest: string;
  readonly uid: string;
  readonly gid: string;
  readonly mode: number;
  readonly secret: boolean;
  /** Sent to the container when the content changes, which is then replaced in place. */
  readonly signal?: string;
}
