import type { Protocol } from './container.ts';

/** A name other pods resolve, its ports, and how each is published. */
export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly namespace?: string;
  /** All names it answers to on its networks, the plain name first. */
  readonly names: readonly string[];
  /** Workloads whose ready replicas stand behind it. */
  readonly workloads: readonly string[];
  /** Networks on which the names are given; empty is every network of the workload. */
  readonly networks: readonly string[];
  readonly ports: readonly EndpointPort[];
  /** Each replica has a name of its own, `<pod>.<endpoint>`. */
  readonly headless: boolean;
  readonly publishNotReady: boolean;
  readonly stickyByClientIp: boolean;
  /** Kubernetes ExternalName: an alias for a name that is not ours. */
  readonly externalName?: string;
}

export interface EndpointPort {
  readonly name?: string;
  /** The port callers use. */
  readonly port: number;
  /** The port the container listens on. */
  readonly targetPort: number;
  readonly protocol: Protocol;
  readonly appProtocol?: string;
  readonly publish?: PublishedPort;
}

export interface PublishedPort {
  /** `auto`: the planner chooses `host` or `gateway` and says why. */
  readonly via: 'auto' | 'host' | 'gateway';
  readonly hostIp?: string;
  /** 0 lets the engine choose. */
  readonly hostPort: number;
  /** Last port of a range the engine may choose from. */
  readonly hostPortEnd?: number;
}

export interface Route {
  readonly id: string;
  readonly namespace?: string;
  /** Absent is any host; `*.example.org` matches one label. */
  readonly host?: string;
  readonly path: string;
  readonly pathType: 'exact' | 'prefix';
  readonly endpoint: string;
  readonly port: number;
  readonly tls?: { readonly secret?: string; readonly redirectHttp: boolean; readonly passthrough?: boolean };
  /** Ports of the gateway, 80 and 443 unless told. */
  readonly httpPort?: number;
  readonly httpsPort?: number;
  readonly sticky?: boolean;
}
