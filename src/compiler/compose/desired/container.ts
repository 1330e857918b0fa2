import type { Container, EnvVar, HealthCheck, LifecycleHook } from '../../../model/desired.ts';
import { type Conversion, milliseconds, numberOf, present, sizeBytes } from './convert.ts';
import { extensionOf } from './extension.ts';
import { isLegacyFilter } from './legacy-filters.ts';
import { mountsOf } from './mounts.ts';
import { filesOf } from './payloads.ts';
import { deviceRequests, resourcesOf } from './resources.ts';
import type { CanonicalHealth, CanonicalHook, CanonicalService } from './types.ts';

/** The one container of a service's pod. */
export function containerOf(
  name: string,
  service: CanonicalService,
  path: string,
  external: ReadonlySet<string>,
  image: string,
  to: Conversion,
): Container {
  return {
    name,
    image,
    pullPolicy: pullPolicy(service),
    env: envOf(service.environment ?? {}, secretNames(service)),
    groupAdd: (service.group_add ?? []).map(String),
    mounts: mountsOf(service),
    files: filesOf(service, path, external, to),
    resources: resourcesOf(service),
    probes: {},
    hooks: present({ postStart: hooks(service.post_start), preStop: hooks(service.pre_stop) }),
    labels: service.labels ?? {},
    tty: service.tty ?? false,
    stdinOpen: service.stdin_open ?? false,
    readOnlyRoot: service.read_only ?? false,
    privileged: service.privileged ?? false,
    capAdd: service.cap_add ?? [],
    capDrop: service.cap_drop ?? [],
    securityOptions: service.security_opt ?? [],
    devices: (service.devices ?? []).map((d) => ({
      source: d.source ?? '',
      target: d.target ?? d.source ?? '',
      permissions: d.permissions ?? 'rwm',
    })),
    deviceRequests: deviceRequests(service),
    deviceCgroupRules: service.device_cgroup_rules ?? [],
    ulimits: ulimitsOf(service.ulimits ?? {}),
    ports: [],
    ...present({
      build: service.build && { ...service.build },
      entrypoint: service.entrypoint ?? undefined,
      command: service.command ?? undefined,
      workingDir: service.working_dir,
      user: service.user,
      health: service.healthcheck === undefined ? undefined : healthOf(service.healthcheck),
      annotations: service.annotations,
      stopSignal: service.stop_signal,
      init: service.init,
      logging: service.logging && {
        driver: service.logging.driver ?? 'json-file',
        options: service.logging.options ?? {},
      },
      ipc: service.ipc,
      pid: service.pid,
      uts: service.uts,
      usernsMode: service.userns_mode,
      cgroup: service.cgroup,
      cgroupParent: service.cgroup_parent,
      isolation: service.isolation,
      runtime: service.runtime,
      shmSizeBytes: sizeBytes(service.shm_size),
      storageOptions: service.storage_opt,
      oomScoreAdj: numberOf(service.oom_score_adj),
      oomKillDisable: service.oom_kill_disable,
    }),
  };
}

function pullPolicy(service: CanonicalService): Container['pullPolicy'] {
  const { pull_policy: policy } = service;
  if (policy === 'always' || policy === 'never' || policy === 'build') return policy;
  return service.image === undefined && service.build !== undefined ? 'build' : 'missing';
}

/** Variables with a value; one that was to come from the environment and is not there stays unset. */
export function envOf(environment: Readonly<Record<string, string | null>>, secret?: RegExp): EnvVar[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (value === null || isLegacyFilter(name)) return [];
    const variable = { name, value: String(value) };
    return [secret?.test(name) ? { ...variable, sensitive: true } : variable];
  });
}

/** What `x-stowage.secret-env` names; `*` stands for any part. */
function secretNames(service: CanonicalService): RegExp | undefined {
  const { 'secret-env': names } = extensionOf(service['x-stowage']);
  if (!Array.isArray(names) || names.length === 0) return undefined;
  const patterns = names.map((name) =>
    String(name)
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*'),
  );
  return new RegExp(`^(?:${patterns.join('|')})$`);
}

function healthOf(health: CanonicalHealth): HealthCheck {
  if (health.disable) return { test: ['NONE'] };
  return present({
    test: health.test,
    intervalMs: milliseconds(health.interval),
    timeoutMs: milliseconds(health.timeout),
    startPeriodMs: milliseconds(health.start_period),
    startIntervalMs: milliseconds(health.start_interval),
    retries: health.retries,
  });
}

function hooks(list: readonly CanonicalHook[] | undefined): LifecycleHook[] | undefined {
  return list?.map((hook) => ({
    type: 'exec',
    command: hook.command ?? [],
    ...present({
      user: hook.user,
      privileged: hook.privileged,
      workingDir: hook.working_dir,
      env: hook.environment === undefined ? undefined : envOf(hook.environment),
    }),
  }));
}

function ulimitsOf(ulimits: NonNullable<CanonicalService['ulimits']>): Container['ulimits'] {
  return Object.entries(ulimits).map(([name, value]) =>
    typeof value === 'number'
      ? { name, soft: value, hard: value }
      : { name, soft: value.soft ?? 0, hard: value.hard ?? 0 },
  );
}
