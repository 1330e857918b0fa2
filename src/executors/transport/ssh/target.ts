/** Everything that is needed to log in to one SSH server, after flags, stowage.yaml and ~/.ssh/config are merged. */
export interface SshTarget {
  /** What the user called it; `%n`. */
  readonly alias: string;
  /** Name or address to connect to. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** How long the server may take to answer at all; absent is as long as a login may take. */
  readonly connectTimeoutMs?: number;
  /** Private key files in order; those that do not exist are skipped. */
  readonly identityFiles: readonly string[];
  /** True: nothing but `identityFiles` is offered, also from the agent. */
  readonly identitiesOnly: boolean;
  /** Path of the agent's socket; absent when there is none. */
  readonly agentSocket?: string;
  readonly knownHostsFiles: readonly string[];
  /** Searched after `knownHostsFiles`, never written. */
  readonly globalKnownHostsFiles: readonly string[];
  /** The name keys are filed under, instead of `host`. */
  readonly hostKeyAlias?: string;
  readonly hashKnownHosts: boolean;
  readonly hostKeyPolicy: 'strict' | 'accept-new';
  /** Hops in order, `[user@]host[:port]`; at most one of this and `proxyCommand` is set. */
  readonly jump: readonly string[];
  readonly proxyCommand?: string;
  /** Certificates are configured, which only the ssh command can offer. */
  readonly hasCertificate: boolean;
}

/** What the address itself says; each goes before ~/.ssh/config. */
export interface SshRequest {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  readonly identityFile?: string;
  readonly jump?: readonly string[];
}

/** ssh_config keyword in lower case → its values in order. */
export type SshSettings = ReadonlyMap<string, readonly string[]>;
