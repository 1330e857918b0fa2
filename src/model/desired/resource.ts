export interface Network {
  readonly id: string;
  /** The engine's name for it. */
  readonly name: string;
  readonly external: boolean;
  /** Absent: bridge, or overlay when its workloads span hosts. */
  readonly driver?: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIpv4?: boolean;
  readonly enableIpv6: boolean;
  readonly encrypted: boolean;
  readonly ipam: Ipam;
  readonly labels: Readonly<Record<string, string>>;
}

/** How a network gives out its addresses. */
export interface Ipam {
  readonly driver?: string;
  readonly config: readonly {
    readonly subnet?: string;
    readonly gateway?: string;
    readonly ipRange?: string;
    readonly auxAddresses?: Readonly<Record<string, string>>;
  }[];
  readonly options: Readonly<Record<string, string>>;
}

export interface Volume {
  readonly id: string;
  readonly name: string;
  readonly external: boolean;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly sizeBytes?: number;
}

/** A config or a secret. Its bytes are never here, only their digest. */
export interface Payload {
  readonly id: string;
  readonly name: string;
  readonly namespace?: string;
  /** `sha256:…` of the bytes; absent for `external`. */
  readonly digest?: string;
  readonly external: boolean;
  readonly sizeBytes?: number;
  readonly labels: Readonly<Record<string, string>>;
  /** What a change of the bytes does to the containers that use it; replace unless told. */
  readonly onChange?: { readonly signal: string };
}
