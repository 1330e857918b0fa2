import type { Container } from './container.ts';

export interface PodTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** At least one; the first is the one a compose service or a single-container pod has. */
  readonly containers: readonly Container[];
  /** Run to completion in order before `containers`; those with `sidecar` keep running. */
  readonly initContainers: readonly Container[];
  readonly network: PodNetwork;
  readonly hostname?: string;
  readonly domainname?: string;
  /** Kubernetes `subdomain`: gives each replica a name `<hostname>.<subdomain>`. */
  readonly subdomain?: string;
  readonly dns?: DnsOptions;
  /** `name → address` lines for /etc/hosts; `host-gateway` is allowed as address. */
  readonly extraHosts: readonly { readonly name: string; readonly address: string }[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly shareProcessNamespace: boolean;
  readonly hostPid: boolean;
  readonly hostIpc: boolean;
  readonly stopGraceSeconds: number;
  readonly restart: RestartPolicy;
  /** os/arch[/variant] the images must run on. */
  readonly platform?: string;
  readonly pullSecrets: readonly string[];
  /** Scratch volumes that live as long as the replica and are shared by its containers. */
  readonly scratch: readonly ScratchVolume[];
  /** Changing this value replaces every replica (`rollout restart`). */
  readonly restartToken?: string;
}

export interface ScratchVolume {
  readonly name: string;
  readonly medium: 'disk' | 'memory';
  readonly sizeBytes?: number;
}

export interface DnsOptions {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

export interface RestartPolicy {
  readonly condition: 'no' | 'on-failure' | 'always' | 'unless-stopped';
  readonly maxAttempts?: number;
}

export type PodNetwork =
  | { readonly mode: 'networks'; readonly attachments: readonly NetworkAttachment[] }
  | { readonly mode: 'host' }
  | { readonly mode: 'none' }
  /** Shares the network namespace of a replica of another workload on the same host. */
  | { readonly mode: 'workload'; readonly workload: string }
  /** Shares the network namespace of a container that is not ours. */
  | { readonly mode: 'container'; readonly container: string };

/** The addresses and options that a container may ask a network for. */
export interface AttachmentOptions {
  readonly ipv4Address?: string;
  readonly ipv6Address?: string;
  readonly linkLocalIps?: readonly string[];
  readonly macAddress?: string;
  readonly gatewayPriority?: number;
  readonly driverOptions?: Readonly<Record<string, string>>;
}

export interface NetworkAttachment extends AttachmentOptions {
  /** Network id in `DesiredState.networks`. */
  readonly network: string;
  /** Names under which the replica answers, besides its endpoints' names. */
  readonly aliases: readonly string[];
  readonly interfaceName?: string;
  /** Connect order and default route: larger first. */
  readonly priority?: number;
}
