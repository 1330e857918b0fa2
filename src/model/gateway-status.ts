/** What one host's gateway does now: `gateway status`. */
export interface GatewayStatus {
  readonly host: string;
  readonly isRunning: boolean;
  readonly version?: string;
  readonly image?: string;
  /** Connections to the gateway now, and new ones per second. */
  readonly connections: number;
  readonly rate: number;
  /** Older processes that still end their connections after a reload. */
  readonly drainingProcesses: number;
  readonly listeners: readonly { readonly port: number; readonly mode: string; readonly stacks: readonly string[] }[];
  readonly servers: readonly GatewayServerStatus[];
}

export interface GatewayServerStatus {
  readonly stack: string;
  readonly backend: string;
  /** Container, or the host of a peer. */
  readonly server: string;
  readonly address: string;
  readonly status: string;
  readonly weight: number;
  readonly sessions: number;
  readonly rate: number;
  readonly requests: number;
  readonly errors: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}
