import type { HealthCheck } from '../../../model/desired.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import { LABEL } from '../../../model/labels.ts';
import type { ContainerSpec, SpecNetwork } from '../../../model/spec.ts';
import { specHash, specText } from '../../../model/spec-hash.ts';
import type { ReplicaRef } from '../../../model/step.ts';
import { FeatureGate } from './features.ts';
import { imageName } from './image-name.ts';
import { mountOptions } from './mounts.ts';
import { networkOptions } from './network.ts';
import { resourceOptions } from './resources.ts';

type EngineObject = Readonly<Record<string, unknown>>;

/** Who a container belongs to; becomes its identity labels. */
export interface ContainerIdentity {
  readonly stack: string;
  readonly replica: ReplicaRef;
  readonly revision: number;
  /** Its networks as it is created, when they are not yet those of its specification. */
  readonly network?: SpecNetwork;
}

export interface CreateOptions {
  readonly name: string;
  readonly platform?: string;
  /** Body of `POST /containers/create`. */
  readonly body: EngineObject;
  /** Networks to join between create and start, in order. */
  readonly connectAfter: readonly { readonly network: string; readonly endpoint: EngineObject }[];
  /** Options the engine is too old for; with an error among them the container must not be created. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Translates a container specification into the engine's create call.
 *
 * @param env        `NAME=value` lines, secret values filled in by the caller
 * @param apiVersion the engine's API version, 1.41 or newer
 */
export function createOptions(
  spec: ContainerSpec,
  identity: ContainerIdentity,
  env: readonly string[],
  apiVersion: string,
): CreateOptions {
  const gate = new FeatureGate(apiVersion, spec.name);
  const network = networkOptions({ ...spec, network: identity.network ?? spec.network }, gate);
  const mounts = mountOptions(spec, gate);
  const body = {
    ...configOptions(spec, env, gate),
    MacAddress: network.macAddress,
    Volumes: mounts.Volumes,
    Labels: { ...spec.labels, ...identityLabels(spec, identity) },
    HostConfig: {
      ...hostOptions(spec),
      ...resourceOptions(spec.resources),
      NetworkMode: network.NetworkMode,
      PortBindings: portBindings(spec),
      Mounts: mounts.Mounts,
      Binds: mounts.Binds,
      VolumesFrom: mounts.VolumesFrom,
    },
    NetworkingConfig: { EndpointsConfig: network.endpoints },
  };
  return {
    name: spec.name,
    platform: spec.platform,
    body,
    connectAfter: network.connectAfter,
    diagnostics: gate.diagnostics,
  };
}

/** The labels that make a container ours. */
export function identityLabels(spec: ContainerSpec, identity: ContainerIdentity): Readonly<Record<string, string>> {
  return {
    [LABEL.stack]: identity.stack,
    [LABEL.workload]: identity.replica.workload,
    [LABEL.ordinal]: String(identity.replica.ordinal),
    [LABEL.container]: identity.replica.container,
    [LABEL.role]: identity.replica.role,
    [LABEL.pod]: identity.replica.pod,
    [LABEL.revision]: String(identity.revision),
    [LABEL.specHash]: specHash(spec),
    [LABEL.spec]: specText(spec),
    ...(identity.network && { [LABEL.held]: 'names' }),
  };
}

function configOptions(spec: ContainerSpec, env: readonly string[], gate: FeatureGate): EngineObject {
  return {
    Image: imageName(spec.image, spec.imageDigest),
    Entrypoint: spec.entrypoint,
    Cmd: spec.command,
    Env: env,
    WorkingDir: spec.workingDir,
    User: spec.user,
    Hostname: spec.hostname,
    Domainname: spec.domainname,
    Tty: spec.tty,
    OpenStdin: spec.stdinOpen,
    StopSignal: spec.stopSignal,
    StopTimeout: spec.stopGraceSeconds,
    ExposedPorts: exposedPorts(spec),
    Healthcheck: spec.health && healthOptions(spec.health, gate),
  };
}

function hostOptions(spec: ContainerSpec): EngineObject {
  return {
    RestartPolicy: { Name: spec.restart.name, MaximumRetryCount: spec.restart.maxAttempts },
    Init: spec.init,
    ReadonlyRootfs: spec.readOnlyRoot,
    Privileged: spec.privileged,
    CapAdd: spec.capAdd,
    CapDrop: spec.capDrop,
    GroupAdd: spec.groupAdd,
    SecurityOpt: spec.securityOptions,
    Dns: spec.dns?.servers,
    DnsSearch: spec.dns?.search,
    DnsOptions: spec.dns?.options,
    ExtraHosts: spec.extraHosts,
    Devices: spec.devices?.map((d) => ({
      PathOnHost: d.source,
      PathInContainer: d.target,
      CgroupPermissions: d.permissions,
    })),
    DeviceRequests: spec.deviceRequests?.map((d) => ({
      Driver: d.driver,
      Count: d.count,
      DeviceIDs: d.deviceIds,
      Capabilities: [d.capabilities],
      Options: d.options,
    })),
    DeviceCgroupRules: spec.deviceCgroupRules,
    Ulimits: spec.ulimits?.map((u) => ({ Name: u.name, Soft: u.soft, Hard: u.hard })),
    LogConfig: spec.logging && { Type: spec.logging.driver, Config: spec.logging.options },
    Sysctls: spec.sysctls,
    IpcMode: spec.ipc,
    PidMode: spec.pid,
    UTSMode: spec.uts,
    UsernsMode: spec.usernsMode,
    CgroupnsMode: spec.cgroup,
    CgroupParent: spec.cgroupParent,
    Isolation: spec.isolation,
    Runtime: spec.runtime,
    ShmSize: spec.shmSizeBytes,
    StorageOpt: spec.storageOptions,
    OomScoreAdj: spec.oomScoreAdj,
    OomKillDisable: spec.oomKillDisable,
  };
}

function exposedPorts(spec: ContainerSpec): Readonly<Record<string, EngineObject>> {
  const published = spec.ports.map((p) => `${p.containerPort}/${p.protocol}`);
  const exposed = (spec.exposed ?? []).map((p) => (p.includes('/') ? p : `${p}/tcp`));
  return Object.fromEntries([...published, ...exposed].map((port) => [port, {}]));
}

function portBindings(spec: ContainerSpec): Readonly<Record<string, readonly EngineObject[]>> {
  const bindings: Record<string, EngineObject[]> = {};
  for (const port of spec.ports) {
    const key = `${port.containerPort}/${port.protocol}`;
    const hostPort = port.hostPortEnd ? `${port.hostPort}-${port.hostPortEnd}` : String(port.hostPort || '');
    bindings[key] = [...(bindings[key] ?? []), { HostIp: port.hostIp ?? '', HostPort: hostPort }];
  }
  return bindings;
}

const NANOSECONDS_PER_MS = 1_000_000;

function healthOptions(health: HealthCheck, gate: FeatureGate): EngineObject {
  const nanos = (ms: number | undefined) => (ms === undefined ? undefined : Math.round(ms * NANOSECONDS_PER_MS));
  const startInterval =
    health.startIntervalMs !== undefined && gate.has('1.44', 'healthcheck.start_interval', 'warning')
      ? nanos(health.startIntervalMs)
      : undefined;
  return {
    Test: health.test,
    Interval: nanos(health.intervalMs),
    Timeout: nanos(health.timeoutMs),
    StartPeriod: nanos(health.startPeriodMs),
    StartInterval: startInterval,
    Retries: health.retries,
  };
}
