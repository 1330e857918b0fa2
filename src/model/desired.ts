/**
 * The desired state: what the compiler makes of the input files and the planner works on.
 * Plain, readonly, fully defaulted and engine-neutral. Units are in the names; a memory size is in
 * bytes, a duration in milliseconds or seconds as the name says, `cpus` in whole CPUs (0.5 is half of one).
 */
export interface DesiredState {
  readonly version: 1;
  readonly stack: string;
  readonly workloads: readonly Workload[];
  readonly endpoints: readonly Endpoint[];
  readonly routes: readonly Route[];
  readonly networks: readonly Network[];
  readonly volumes: readonly Volume[];
  readonly configs: readonly Payload[];
  readonly secrets: readonly Payload[];
  readonly disruptionBudgets: readonly DisruptionBudget[];
  readonly options: StackOptions;
}

/** Stack-wide choices from `x-stowage` or stowage.yaml. */
export interface StackOptions {
  readonly strategy: PlacementStrategy;
  /** Seed of the `random` strategy. */
  readonly seed?: string;
  /** Image of the container that holds a pod's namespaces. */
  readonly pauseImage?: string;
  readonly gatewayImage?: string;
  readonly prune?: PruneOptions;
}

/** What becomes of images that older revisions used. */
export interface PruneOptions {
  /** Revisions with images of their own whose images stay on the hosts; 5 unless told. */
  readonly keep?: number;
  /** The last steps of an apply remove the images of those before. */
  readonly afterApply?: boolean;
}

export type PlacementStrategy = 'spread' | 'binpack' | 'random';

export type WorkloadKind = 'service' | 'stateful' | 'daemon' | 'job' | 'cron';

export interface Workload {
  /** Unique in the stack: `web` for compose, `namespace/web` for Kubernetes objects outside `default`. */
  readonly id: string;
  readonly name: string;
  /** Kubernetes namespace; absent for compose. Names, networks and DNS are kept apart by it. */
  readonly namespace?: string;
  readonly kind: WorkloadKind;
  /** Replicas wanted; ignored for `daemon` (one on every eligible host). */
  readonly replicas: number;
  /** First ordinal: 1 for compose, 0 for Kubernetes. */
  readonly firstOrdinal: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly template: PodTemplate;
  readonly placement: PlacementRules;
  readonly rollout: RolloutPolicy;
  readonly rollback?: RolloutPolicy;
  readonly dependsOn: readonly Dependency[];
  readonly job?: JobPolicy;
  readonly cron?: CronPolicy;
  readonly stateful?: StatefulPolicy;
  /** Suspended workloads (replicas 0 by the file's own word) keep their definition. */
  readonly suspended?: boolean;
  /** `pre-deploy`, `post-deploy`, `pre-undo`: a job of the release itself. */
  readonly hook?: 'pre-deploy' | 'post-deploy' | 'pre-undo';
}

export interface Dependency {
  readonly workload: string;
  readonly condition: 'started' | 'healthy' | 'completed';
  /** False: a missing or failed dependency is only a warning. */
  readonly required: boolean;
  /** Replace the dependent when the dependency is replaced (compose `restart: true`). */
  readonly restart: boolean;
}

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

export interface NetworkAttachment {
  /** Network id in `DesiredState.networks`. */
  readonly network: string;
  /** Names under which the replica answers, besides its endpoints' names. */
  readonly aliases: readonly string[];
  readonly ipv4Address?: string;
  readonly ipv6Address?: string;
  readonly linkLocalIps?: readonly string[];
  readonly macAddress?: string;
  readonly interfaceName?: string;
  /** Connect order and default route: larger first. */
  readonly priority?: number;
  readonly gatewayPriority?: number;
  readonly driverOptions?: Readonly<Record<string, string>>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly pullPolicy: 'always' | 'missing' | 'never' | 'build';
  /** Kept for `--build`; opaque to the planner. */
  readonly build?: Readonly<Record<string, unknown>>;
  /** Replaces the image's ENTRYPOINT (compose `entrypoint`, Kubernetes `command`). `[]` clears it. */
  readonly entrypoint?: readonly string[];
  /** Replaces the image's CMD (compose `command`, Kubernetes `args`). */
  readonly command?: readonly string[];
  readonly env: readonly EnvVar[];
  readonly workingDir?: string;
  readonly user?: string;
  readonly groupAdd: readonly string[];
  readonly mounts: readonly Mount[];
  readonly files: readonly FileMount[];
  readonly resources: Resources;
  readonly health?: HealthCheck;
  /** Kubernetes probes; `readiness` gates rollouts and names, `liveness` restarts, `startup` holds the others back. */
  readonly probes: { readonly readiness?: Probe; readonly liveness?: Probe; readonly startup?: Probe };
  readonly hooks: { readonly postStart?: readonly LifecycleHook[]; readonly preStop?: readonly LifecycleHook[] };
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly stopSignal?: string;
  readonly init?: boolean;
  readonly tty: boolean;
  readonly stdinOpen: boolean;
  readonly readOnlyRoot: boolean;
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly securityOptions: readonly string[];
  readonly devices: readonly Device[];
  readonly deviceRequests: readonly DeviceRequest[];
  readonly deviceCgroupRules: readonly string[];
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly ipc?: string;
  readonly pid?: string;
  readonly uts?: string;
  readonly usernsMode?: string;
  readonly cgroup?: string;
  readonly cgroupParent?: string;
  readonly isolation?: string;
  readonly runtime?: string;
  readonly shmSizeBytes?: number;
  readonly storageOptions?: Readonly<Record<string, string>>;
  readonly oomScoreAdj?: number;
  readonly oomKillDisable?: boolean;
  /** Only in `initContainers`: keeps running beside the main containers (Kubernetes native sidecar). */
  readonly sidecar?: boolean;
  /**
   * `$(NAME)` in entrypoint, command and environment values still stands for variables that differ from replica to
   * replica; `$$` is a `$`. They are replaced where a replica is specified.
   */
  readonly expandPerReplica?: boolean;
  /** Ports the image or the file declares, for named target ports and discovery; not published. */
  readonly ports: readonly ContainerPort[];
}

export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export type Protocol = 'tcp' | 'udp' | 'sctp';

export type EnvVar = { readonly name: string } & EnvValue;
export type EnvValue =
  /** `sensitive` only until the compile use case seals it: a desired state that is planned holds no such value. */
  | { readonly value: string; readonly sensitive?: boolean }
  /** A sealed sensitive value: SHA-256 (`sha256:…`) of its text, whose bytes are among the payloads. */
  | { readonly digest: string }
  /** The payload's bytes (or one key of it) become the value when the container is created. */
  | { readonly payload: PayloadReference }
  /** Kubernetes downward API, resolved per replica; `path` is its field path, e.g. `metadata.name`. */
  | { readonly field: string }
  /** Downward API resource field. */
  | { readonly resource: string; readonly divisor: string; readonly container?: string };

export interface PayloadReference {
  readonly kind: 'config' | 'secret';
  /** Payload id in `DesiredState.configs` / `.secrets`. */
  readonly id: string;
}

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

export interface Resources {
  /** What the scheduler counts. */
  readonly reservations: ResourceAmounts;
  /** What the engine enforces. */
  readonly limits: ResourceAmounts & {
    readonly pids?: number;
    readonly memorySwapBytes?: number;
    readonly memorySwappiness?: number;
    readonly memoryReservationBytes?: number;
    readonly cpuShares?: number;
    readonly cpuPeriodMicros?: number;
    readonly cpuQuotaMicros?: number;
    readonly cpuRealtimePeriodMicros?: number;
    readonly cpuRealtimeRuntimeMicros?: number;
    readonly cpuSet?: string;
    readonly blkio?: Readonly<Record<string, unknown>>;
  };
}

export interface ResourceAmounts {
  readonly cpus?: number;
  readonly memoryBytes?: number;
  readonly ephemeralStorageBytes?: number;
  /** Countable resources by name: `gpu`, `nvidia.com/gpu`, Swarm generic resources. */
  readonly generic?: Readonly<Record<string, number>>;
}

export interface Device {
  readonly source: string;
  readonly target: string;
  readonly permissions: string;
}

export interface DeviceRequest {
  readonly driver?: string;
  /** −1 is all. */
  readonly count?: number;
  readonly deviceIds?: readonly string[];
  readonly capabilities: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

/** The engine's own health check. `test` is `['NONE']`, `['CMD', …]` or `['CMD-SHELL', command]`. */
export interface HealthCheck {
  readonly test?: readonly string[];
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly startPeriodMs?: number;
  readonly startIntervalMs?: number;
  readonly retries?: number;
}

export interface Probe {
  readonly action: ProbeAction;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  readonly terminationGraceSeconds?: number;
}

export type ProbeAction =
  | { readonly type: 'exec'; readonly command: readonly string[] }
  | {
      readonly type: 'http';
      readonly scheme: 'http' | 'https';
      readonly host?: string;
      readonly port: number;
      readonly path: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
    }
  | { readonly type: 'tcp'; readonly host?: string; readonly port: number }
  | { readonly type: 'grpc'; readonly port: number; readonly service?: string };

export type LifecycleHook =
  | {
      readonly type: 'exec';
      readonly command: readonly string[];
      readonly user?: string;
      readonly privileged?: boolean;
      readonly workingDir?: string;
      readonly env?: readonly EnvVar[];
    }
  | { readonly type: 'http'; readonly action: Extract<ProbeAction, { type: 'http' }> }
  | { readonly type: 'tcp'; readonly port: number }
  | { readonly type: 'sleep'; readonly seconds: number };

/** Where replicas may and should run; the union of what Swarm and Kubernetes can say. */
export interface PlacementRules {
  /** Swarm expressions, parsed; all must hold. */
  readonly constraints: readonly Constraint[];
  /** Swarm spread preferences in order, e.g. `node.labels.zone`. */
  readonly spreadOver: readonly string[];
  readonly maxPerHost?: number;
  /** Only hosts with these os/arch pairs; empty is any. */
  readonly platforms: readonly { readonly os?: string; readonly architecture?: string }[];
  readonly hostName?: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly nodeAffinity: {
    /** Terms are ORed; absent is no requirement; an empty list matches nothing. */
    readonly required?: readonly NodeSelectorTerm[];
    readonly preferred: readonly { readonly weight: number; readonly term: NodeSelectorTerm }[];
  };
  readonly podAffinity: PodAffinityRules;
  readonly podAntiAffinity: PodAffinityRules;
  readonly tolerations: readonly Toleration[];
  readonly topologySpread: readonly TopologySpread[];
  /** Per-workload choice over `StackOptions.strategy`. */
  readonly strategy?: PlacementStrategy;
  readonly seed?: string;
}

export interface Constraint {
  /** `node.labels.ssd`, `node.hostname`, `node.platform.os`, `engine.labels.x`, … */
  readonly key: string;
  readonly operator: '==' | '!=';
  readonly value: string;
}

export interface SelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values: readonly string[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions: readonly SelectorRequirement[];
  readonly matchFields: readonly SelectorRequirement[];
}

/** Absent matches nothing; an empty one matches everything. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly SelectorRequirement[];
}

export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  /** Empty is the namespace of the pod that carries the term. */
  readonly namespaces: readonly string[];
  readonly namespaceSelector?: LabelSelector;
  readonly topologyKey: string;
}

export interface PodAffinityRules {
  readonly required: readonly PodAffinityTerm[];
  readonly preferred: readonly { readonly weight: number; readonly term: PodAffinityTerm }[];
}

export interface Toleration {
  readonly key?: string;
  readonly operator: 'Equal' | 'Exists';
  readonly value?: string;
  readonly effect?: TaintEffect;
  readonly tolerationSeconds?: number;
}

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

export interface TopologySpread {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
}

/** A count, or a share of the replicas. */
export type IntOrPercent = number | `${number}%`;

export interface RolloutPolicy {
  readonly strategy: 'recreate' | 'rolling' | 'blue-green' | 'canary';
  /** Absent: the planner chooses start-first where nothing forbids it and says so. */
  readonly order?: 'start-first' | 'stop-first';
  /** Replicas at a time; 0 is all at once. Rolling only. */
  readonly parallelism?: number;
  /** Kubernetes arithmetic; absent when the file speaks of parallelism and order. */
  readonly maxSurge?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
  readonly delayMs: number;
  readonly minReadySeconds: number;
  /** How long a replica is watched after it became ready. */
  readonly monitorMs: number;
  readonly maxFailureRatio: number;
  readonly failureAction: 'pause' | 'continue' | 'rollback';
  /** A rollout without progress for this long has failed. */
  readonly progressDeadlineSeconds?: number;
  /** Blue-green and canary: how long the old set is kept after the switch. */
  readonly keepOldSeconds?: number;
  readonly canary?: readonly CanaryStep[];
  readonly checks: readonly RolloutCheck[];
}

export type CanaryStep =
  | { readonly weightPercent: number }
  | { readonly replicas: number }
  | { readonly pauseSeconds: number }
  | { readonly pause: 'until-promoted' }
  | { readonly check: RolloutCheck };

export type RolloutCheck =
  | {
      readonly type: 'http';
      /** Path asked through the gateway, or a full URL. */
      readonly url: string;
      readonly status: number;
      readonly maxLatencyMs?: number;
      readonly timeoutSeconds: number;
    }
  | { readonly type: 'exec'; readonly command: readonly string[]; readonly timeoutSeconds: number }
  | { readonly type: 'local'; readonly command: readonly string[]; readonly timeoutSeconds: number }
  | { readonly type: 'prometheus'; readonly server: string; readonly query: string; readonly timeoutSeconds: number };

export interface JobPolicy {
  readonly completions?: number;
  readonly parallelism: number;
  readonly backoffLimit: number;
  readonly deadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
}

export interface CronPolicy {
  readonly schedule: string;
  readonly timeZone?: string;
  readonly concurrency: 'Allow' | 'Forbid' | 'Replace';
  readonly suspend: boolean;
  readonly startingDeadlineSeconds?: number;
  readonly keepSuccessful: number;
  readonly keepFailed: number;
}

export interface StatefulPolicy {
  readonly order: 'ordered' | 'parallel';
  readonly update: 'rolling' | 'on-delete';
  /** Ordinals below it keep their old template. */
  readonly partition: number;
  /** Name of the headless endpoint that gives replicas their own names. */
  readonly endpoint?: string;
  readonly claims: readonly VolumeClaim[];
}

/** A volume made once per ordinal; its name is `<claim>-<workload>-<ordinal>`. */
export interface VolumeClaim {
  readonly name: string;
  readonly driver: string;
  /** `{ordinal}` in a value stands for the replica's ordinal. */
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly sizeBytes?: number;
  readonly labels: Readonly<Record<string, string>>;
}

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
  readonly ipam: {
    readonly driver?: string;
    readonly config: readonly {
      readonly subnet?: string;
      readonly gateway?: string;
      readonly ipRange?: string;
      readonly auxAddresses?: Readonly<Record<string, string>>;
    }[];
    readonly options: Readonly<Record<string, string>>;
  };
  readonly labels: Readonly<Record<string, string>>;
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

export interface DisruptionBudget {
  readonly id: string;
  readonly workloads: readonly string[];
  readonly minAvailable?: IntOrPercent;
  readonly maxUnavailable?: IntOrPercent;
}
