import type { Ipam, Probe, RolloutCheck } from './desired.ts';
import type { GatewayConfig, GatewayServer, GatewayServerRef } from './gateway.ts';
import type { RolloutProgress } from './rollout.ts';
import type { ContainerSpec, SpecAttachment, SpecResources } from './spec.ts';

/**
 * Every step the planner can emit: one action on one host. Containers, networks and volumes are meant
 * by name; labels say that they are ours. A step is idempotent: run again it finds its own object.
 */
export interface StepInputs {
  'swarm.init': { readonly advertiseAddress: string };
  /** `via` is the host whose manager gives the join token; the token is read when the step runs. */
  'swarm.join': { readonly via: string; readonly role: 'manager' | 'worker'; readonly advertiseAddress: string };
  'image.pull': { readonly image: string; readonly digest?: string; readonly platform?: string };
  /** From the engine on the CLI's machine (or `from`) to the host, missing layers only. */
  'image.transfer': {
    readonly image: string;
    readonly from?: string;
    /** Id (`sha256:…`) the image has at its source and must have on the host. */
    readonly digest?: string;
  };
  'image.build': { readonly image: string; readonly workload: string };
  'image.remove': { readonly image: string };
  'network.create': {
    readonly network: NetworkSpec;
    /** Half of its addresses are kept from the engine, for replicas whose names are held back. */
    readonly keepsSpare?: true;
  };
  'network.remove': { readonly network: string };
  'network.connect': {
    readonly network: string;
    readonly container: string;
    readonly aliases: readonly string[];
    /** Addresses and options besides the names. */
    readonly attachment?: SpecAttachment;
  };
  'network.disconnect': { readonly network: string; readonly container: string };
  'volume.create': { readonly volume: VolumeSpec };
  'volume.remove': { readonly volume: string };
  'volume.copy': {
    readonly volume: string;
    readonly toHost: string;
    /** Engine name there, when it is another one. */
    readonly toVolume?: string;
    /** Reads the copy back and compares it with what was sent. */
    readonly verify?: boolean;
  };
  /** Unpacks a backup (`source` on the machine that stowage runs on) into an empty volume. */
  'volume.restore': {
    readonly volume: string;
    readonly source: string;
    readonly digest: string;
    /** Reads it back and compares it with what was sent. */
    readonly verify?: boolean;
  };
  /** Takes bytes of configs and secrets off a host's copy of the history that no revision names any more. */
  'payload.remove': { readonly digests: readonly string[] };
  /** Takes contents that were copied before off a host. */
  'bind.remove': { readonly folders: readonly string[] };
  'bind.sync': { readonly source: string; readonly target: string; readonly digest: string };
  /**
   * Creates a container with the identity labels of `replica` (stack, workload, ordinal, container, role, pod),
   * the spec and its hash, and puts its files in place. Started by a step of its own.
   */
  'container.create': {
    readonly replica: ReplicaRef;
    readonly spec: ContainerSpec;
    /** Networks on which it has only some of its names until `names.give`. */
    readonly held?: readonly HeldNames[];
  };
  /** The replica is ready: others find it under all of its names. It keeps its addresses and its connections. */
  'names.give': {
    readonly replica: ReplicaRef;
    readonly container: string;
    readonly attachments: readonly SpecAttachment[];
    /** Addresses, should it be on a network no more. */
    readonly held: readonly HeldNames[];
    /** It had them before, and was not stopped after all. */
    readonly wereTaken?: true;
  };
  /** Nobody finds the replica any more, connections go on: it is about to stop. The attachments are what stays. */
  'names.take': {
    readonly replica: ReplicaRef;
    readonly container: string;
    readonly attachments: readonly SpecAttachment[];
  };
  'container.start': { readonly replica: ReplicaRef; readonly container: string };
  'container.update': {
    readonly replica: ReplicaRef;
    readonly container: string;
    readonly resources: SpecResources;
    readonly restart: ContainerSpec['restart'];
    /** The spec after the update, so that the next plan compares with it. */
    readonly spec: ContainerSpec;
  };
  'container.rename': { readonly container: string; readonly to: string };
  'container.signal': { readonly container: string; readonly signal: string };
  /** Replaces files in a running container, for `on-change: signal`. */
  'container.files': { readonly container: string; readonly spec: ContainerSpec };
  'container.stop': { readonly replica: ReplicaRef; readonly container: string; readonly graceSeconds: number };
  'container.remove': { readonly replica: ReplicaRef; readonly container: string };
  'health.wait': {
    readonly replica: ReplicaRef;
    readonly container: string;
    readonly until: ReadyCondition;
    readonly timeoutSeconds: number;
    /** As many of these waits of the workload may fail, and what waits for them goes on. */
    readonly mayFail?: number;
  };
  /** Runs a lifecycle hook in a container. */
  'hook.exec': {
    readonly replica: ReplicaRef;
    readonly container: string;
    readonly command: readonly string[];
    readonly timeoutSeconds: number;
  };
  /** The host's gateway runs, of this image, on its network; what it serves stays. */
  'gateway.ensure': { readonly image: string };
  /** Listeners and back ends of the stack on this host; servers of back ends that stay are kept. No listener is leave. */
  'gateway.configure': { readonly config: GatewayConfig };
  /** Adds servers, or changes their weight; done when the gateway reports them so. */
  'gateway.switch': { readonly servers: readonly GatewayServer[] };
  /** No new session for the servers, waits until the present ones have ended, then takes the servers out. */
  'gateway.drain': { readonly servers: readonly GatewayServerRef[]; readonly timeoutSeconds: number };
  'rollout.delay': { readonly milliseconds: number };
  /** Ends this branch of the run; where the rollout stands is kept on the host. */
  'rollout.pause': { readonly workload: string; readonly reason: string; readonly progress?: RolloutProgress };
  'rollout.check': { readonly workload: string; readonly check: RolloutCheck };
  /** Notes on the host that an object which runs or exists already is the stack's. Nothing is done to the object. */
  'container.adopt': {
    readonly replica: ReplicaRef;
    readonly container: string;
    /** The engine's id, so that no other container of that name is meant. */
    readonly id: string;
    /** What it is now, in the words of the files. */
    readonly spec: ContainerSpec;
  };
  'network.adopt': { readonly network: NetworkSpec; readonly id: string };
  'volume.adopt': { readonly volume: VolumeSpec };
  'host.mark': { readonly cordoned: boolean; readonly drained: boolean; readonly reason?: string };
}

export type StepKind = keyof StepInputs;

interface StepCommon<K extends StepKind> {
  /** Counts from 1; unique in the plan. */
  readonly id: number;
  readonly kind: K;
  readonly host: string;
  /** What the reviewer reads: "image changed web:1 → web:2". */
  readonly cause: string;
  /** Ids of the steps that must have succeeded before. */
  readonly after: readonly number[];
  readonly workload?: string;
  readonly destructive?: boolean;
}

export type Step<K extends StepKind = StepKind> = K extends StepKind ? StepCommon<K> & Readonly<StepInputs[K]> : never;

/** One network of a container whose names wait for it to be ready. */
export interface HeldNames {
  /** The engine's network name. */
  readonly network: string;
  /** Names it has from the start. */
  readonly aliases: readonly string[];
  /** Address it gets and keeps; of a network that the same plan creates only the slot is known. */
  readonly address?: string;
  /** Counts from 0 among the spare addresses of the network. */
  readonly slot?: number;
}

export interface ReplicaRef {
  readonly workload: string;
  readonly ordinal: number;
  /** Container name within the pod. */
  readonly container: string;
  readonly role: 'pause' | 'init' | 'sidecar' | 'main';
  /** Hash shared by the containers of one generation of a replica (label `pod`). */
  readonly pod: string;
}

export type ReadyCondition =
  /** The engine's health check says healthy. */
  | { readonly type: 'healthy'; readonly stableSeconds: number }
  /** A readiness probe passes. */
  | { readonly type: 'probe'; readonly probe: Probe; readonly startup?: Probe; readonly stableSeconds: number }
  /** There is no check: running without a restart for so long. */
  | {
      readonly type: 'running';
      readonly stableSeconds: number;
      /** How long when the image brings a health check along, which then has to pass. */
      readonly checkedStableSeconds?: number;
      /** Nothing depends on it: looked at when its host has nothing else to do, so that it is watched for longer. */
      readonly isLate?: boolean;
    }
  /** Exited with code 0. */
  | { readonly type: 'completed' };

export interface NetworkSpec {
  readonly name: string;
  readonly resource: string;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly enableIpv4?: boolean;
  readonly enableIpv6: boolean;
  readonly ipam: Ipam;
  readonly labels: Readonly<Record<string, string>>;
}

export interface VolumeSpec {
  readonly name: string;
  readonly resource: string;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}
