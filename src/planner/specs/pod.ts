import type { Container, PodTemplate, Workload } from '../../model/desired.ts';
import { LABEL } from '../../model/labels.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { digestOf } from '../digest.ts';
import { needsPause, pauseImage } from '../images.ts';
import { engineName, podName } from '../names.ts';
import type { ReplicaPlace, SpecContext } from './context.ts';
import { expandWords, specEnv, specFiles } from './env.ts';
import { optional, specMounts } from './mounts.ts';
import { specNetwork, specPorts } from './network.ts';
import { specResources } from './resources.ts';

export type PodRole = 'pause' | 'init' | 'sidecar' | 'main';

/** One container of a replica, in start order. */
export interface PodContainer {
  readonly role: PodRole;
  /** Container name within the pod. */
  readonly name: string;
  readonly spec: ContainerSpec;
  /** Absent for the pause container. */
  readonly container?: Container;
}

export interface ReplicaSpec {
  readonly workload: Workload;
  readonly ordinal: number;
  readonly host: string;
  /** pause, then init containers and sidecars in order, then the main ones. */
  readonly containers: readonly PodContainer[];
  /** Eight hex digits over everything that needs a new container; part of the containers' names. */
  readonly podHash: string;
}

/**
 * What one replica is on its host, container by container. A pod of one container without init containers
 * is that container; any other has a pause container that holds the network for all.
 *
 * @param pod the generation it shall be called by, in place of its own hash
 */
export function replicaSpec(workload: Workload, place: ReplicaPlace, context: SpecContext, pod?: string): ReplicaSpec {
  const podHash = pod ?? hashOf(podContainers(workload, place, context, ''));
  const containers = podContainers(workload, place, context, podHash);
  return { workload, ordinal: place.ordinal, host: place.host, containers, podHash };
}

function hashOf(unnamed: readonly PodContainer[]): string {
  return digestOf(unnamed.map(({ name, role, spec }) => ({ name, role, spec: withoutUpdatable(spec) }))).slice(0, 8);
}

/** What `docker update` can change does not need a new container, so it has no part in the name. */
function withoutUpdatable(spec: ContainerSpec): Omit<ContainerSpec, 'resources' | 'restart'> {
  const { resources: _resources, restart: _restart, ...rest } = spec;
  return rest;
}

/** Name of the container that owns the network namespace of a replica. */
export function ownerName(replica: ReplicaSpec): string {
  const { containers } = replica;
  return (containers.find((c) => c.role === 'pause') ?? containers.find((c) => c.role === 'main'))?.spec.name ?? '';
}

function podContainers(workload: Workload, place: ReplicaPlace, context: SpecContext, podHash: string): PodContainer[] {
  const { template } = workload;
  const head = { workload, place, context, podHash, template };
  return needsPause(template) ? groupContainers(head) : ownContainers(head);
}

function nameOf({ workload, place, context, podHash }: Head, container?: string): string {
  const parts = [...(container === undefined ? [] : [container]), ...(podHash ? [podHash] : [])];
  return engineName(context.stack, workload.id, place.ordinal, ...parts);
}

/** The one container has the pod's namespaces itself. */
function ownContainers(head: Head): PodContainer[] {
  const { initContainers, containers } = head.template;
  return [
    ...initContainers.map((container) => aloneContainer(head, container)),
    ...containers.map(
      (container): PodContainer => ({
        role: 'main',
        name: container.name,
        container,
        spec: { ...containerSpec(head, container, nameOf(head)), ...podPart(head) },
      }),
    ),
  ];
}

function aloneContainer(head: Head, container: Container): PodContainer {
  const { name } = container;
  return { role: 'init', name, container, spec: containerSpec(head, container, nameOf(head, name)) };
}

function groupContainers(head: Head): PodContainer[] {
  const { template } = head;
  const pause = pauseSpec(head, nameOf(head, 'pause'));
  const shared = { network: { mode: 'container', container: pause.name } } as const;
  const member = (container: Container, role: PodRole): PodContainer => ({
    role,
    name: container.name,
    container,
    spec: {
      ...containerSpec(head, container, nameOf(head, container.name)),
      ...shared,
      ...sharedNamespaces(template, pause.name),
    },
  });
  const before = (c: Container) =>
    c.withoutNetwork ? aloneContainer(head, c) : member(c, c.sidecar ? 'sidecar' : 'init');
  return [
    { role: 'pause', name: 'pause', spec: pause },
    ...template.initContainers.map(before),
    ...template.containers.map((c) => member(c, 'main')),
  ];
}

interface Head {
  readonly workload: Workload;
  readonly place: ReplicaPlace;
  readonly context: SpecContext;
  readonly podHash: string;
  readonly template: PodTemplate;
}

function sharedNamespaces(template: PodTemplate, pause: string): Partial<ContainerSpec> {
  return template.shareProcessNamespace ? { pid: `container:${pause}` } : {};
}

/** What belongs to the pod as a whole and so to the container that owns its namespaces. */
function podPart({
  workload,
  place,
  context,
  template,
}: Head): Pick<ContainerSpec, 'network' | 'ports'> & Partial<ContainerSpec> {
  const ownsNetwork = template.network.mode === 'networks' || template.network.mode === 'none';
  const hostname =
    template.hostname ?? (workload.namespace === undefined ? undefined : podName(workload, place.ordinal));
  return {
    network: specNetwork(workload, place, context),
    ports: template.network.mode === 'networks' ? specPorts(workload, context) : [],
    ...optional({
      hostname: ownsNetwork || template.network.mode === 'host' ? hostname : undefined,
      domainname: template.domainname,
      dns: template.dns,
      extraHosts:
        template.extraHosts.length === 0 ? undefined : template.extraHosts.map((h) => `${h.name}:${h.address}`),
      sysctls: Object.keys(template.sysctls).length === 0 ? undefined : template.sysctls,
    }),
  };
}

function pauseSpec(head: Head, name: string): ContainerSpec {
  const { context, template } = head;
  const image = pauseImage(context.desired);
  return {
    name,
    image,
    ...optional({ imageDigest: context.images[image], platform: template.platform }),
    env: {},
    labels: {},
    mounts: [],
    files: [],
    restart: { name: 'unless-stopped' },
    resources: {},
    ...podPart(head),
    ...(template.hostPid ? { pid: 'host' } : {}),
    ...(template.hostIpc ? { ipc: 'host' } : { ipc: 'shareable' }),
  };
}

function containerSpec(head: Head, container: Container, name: string): ContainerSpec {
  const { workload, place, context, podHash, template } = head;
  const isInit = template.initContainers.includes(container) && !container.sidecar;
  const list = <T>(items: readonly T[]) => (items.length === 0 ? undefined : items);
  const env = specEnv(container, workload, place, context);
  return {
    name,
    image: container.image,
    env,
    labels: ownLabels(container, template),
    network: { mode: 'none' },
    ports: [],
    mounts: specMounts(container, workload, place, context, podHash),
    files: specFiles(container, workload, place, context),
    restart: restartOf(workload, template, isInit),
    resources: specResources(container),
    ...optional({
      imageDigest: context.images[container.image],
      platform: template.platform,
      entrypoint: expandWords(container.entrypoint, container, env),
      command: expandWords(container.command, container, env),
      workingDir: container.workingDir,
      user: container.user,
      groupAdd: list(container.groupAdd),
      health: container.health ?? container.aliveCheck,
      stopSignal: container.stopSignal,
      stopGraceSeconds: template.stopGraceSeconds,
      init: container.init,
      tty: container.tty || undefined,
      stdinOpen: container.stdinOpen || undefined,
      readOnlyRoot: container.readOnlyRoot || undefined,
      privileged: container.privileged || undefined,
      capAdd: list(container.capAdd),
      capDrop: list(container.capDrop),
      securityOptions: list(container.securityOptions),
      devices: list(container.devices),
      deviceRequests: list(container.deviceRequests),
      deviceCgroupRules: list(container.deviceCgroupRules),
      ulimits: list(container.ulimits),
      logging: container.logging,
      ipc: sharedNamespace(container.ipc, place, context) ?? (template.hostIpc ? 'host' : undefined),
      pid: sharedNamespace(container.pid, place, context) ?? (template.hostPid ? 'host' : undefined),
      uts: container.uts,
      usernsMode: container.usernsMode,
      cgroup: container.cgroup,
      cgroupParent: container.cgroupParent,
      isolation: container.isolation,
      runtime: container.runtime,
      shmSizeBytes: container.shmSizeBytes,
      storageOptions: container.storageOptions,
      oomScoreAdj: container.oomScoreAdj,
      oomKillDisable: container.oomKillDisable,
    }),
  };
}

/** `service:NAME` is the container that the service has on the same host. */
function sharedNamespace(mode: string | undefined, { host }: ReplicaPlace, context: SpecContext): string | undefined {
  const workload = serviceOf(mode);
  return workload === undefined ? mode : `container:${context.networkOwner(workload, host) ?? workload}`;
}

/** The workload whose namespace `service:NAME` shares; undefined for any other mode. */
export function serviceOf(mode: string | undefined): string | undefined {
  return mode?.startsWith('service:') ? mode.slice('service:'.length) : undefined;
}

/** `rollout restart` changes the first value, and so the specification. */
function ownLabels(container: Container, { restartToken }: PodTemplate): Record<string, string> {
  return {
    ...container.labels,
    ...(restartToken !== undefined && { [LABEL.restarted]: restartToken }),
    ...(container.aliveCheck && { [LABEL.aliveCheck]: 'true' }),
  };
}

/** Jobs and init containers run once; their retries are the executor's. */
function restartOf(workload: Workload, template: PodTemplate, isInit: boolean): ContainerSpec['restart'] {
  if (isInit || workload.kind === 'job' || workload.kind === 'cron') return { name: 'no' };
  const { condition, maxAttempts } = template.restart;
  return { name: condition, ...optional({ maxAttempts: condition === 'on-failure' ? maxAttempts : undefined }) };
}
