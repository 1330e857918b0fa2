import type {
  Container,
  EnvVar,
  HealthCheck,
  LifecycleHook,
  Probe,
  Resources,
  Workload,
} from '../../../model/desired.ts';
import { escapeReferences } from '../../../model/kubernetes/expand.ts';
import type { JsonObject } from '../json.ts';
import { bytesText } from './bytes-text.ts';
import type { Emission } from './context.ts';
import { clean, list } from './json.ts';
import type { PodMounts } from './mounts.ts';
import { kubernetesName } from './names.ts';

const PULL = { always: 'Always', missing: undefined, never: 'Never', build: undefined } as const;

export function emitContainer(container: Container, workload: Workload, mounts: PodMounts, to: Emission): JsonObject {
  reportLosses(container, workload.id, to);
  const probes =
    container.probes.readiness || container.probes.liveness
      ? container.probes
      : healthProbes(container, workload.id, to);
  return clean({
    name: kubernetesName(container.name),
    image: container.image,
    imagePullPolicy: PULL[container.pullPolicy],
    restartPolicy: container.sidecar ? 'Always' : undefined,
    command: words(container.entrypoint, container),
    args: words(container.command, container),
    workingDir: container.workingDir,
    env: list(container.env.map((entry) => emitEnv(entry, container, workload, to))),
    ports: list(portsOf(container)),
    resources: emitResources(container.resources),
    readinessProbe: probes.readiness && emitProbe(probes.readiness),
    livenessProbe: probes.liveness && emitProbe(probes.liveness),
    startupProbe: probes.startup && emitProbe(probes.startup),
    lifecycle: clean({
      postStart: emitHook(container.hooks.postStart, workload.id, to),
      preStop: emitHook(container.hooks.preStop, workload.id, to),
    }),
    securityContext: emitSecurity(container, workload.id, to),
    volumeMounts: mounts.of(container),
    stdin: container.stdinOpen || undefined,
    tty: container.tty || undefined,
  });
}

/** `$(NAME)` means nothing in the other form, so it is written so that it means nothing here. */
function words(texts: readonly string[] | undefined, { expandPerReplica }: Container): string[] | undefined {
  return texts?.map((text) => (expandPerReplica ? text : escapeReferences(text)));
}

function emitEnv(entry: EnvVar, container: Container, { id }: Workload, to: Emission): JsonObject {
  const { name } = entry;
  if ('value' in entry)
    return { name, value: container.expandPerReplica ? entry.value : entry.value.replace(/\$(?=[$(])/g, '$$$$') };
  if ('digest' in entry) return { name, valueFrom: { secretKeyRef: to.sealed(id, name, entry.digest) } };
  if ('field' in entry) return { name, valueFrom: { fieldRef: { fieldPath: entry.field } } };
  if ('resource' in entry)
    return {
      name,
      valueFrom: {
        resourceFieldRef: clean({ containerName: entry.container, resource: entry.resource, divisor: entry.divisor }),
      },
    };
  const reference = to.reference(entry.payload);
  return { name, valueFrom: { [entry.payload.kind === 'config' ? 'configMapKeyRef' : 'secretKeyRef']: reference } };
}

function portsOf(container: Container): JsonObject[] {
  const unique = new Map(container.ports.map((port) => [`${port.port}/${port.protocol}`, port]));
  return [...unique.values()].map(({ name, port, protocol }) =>
    clean({ name, containerPort: port, protocol: protocol === 'tcp' ? undefined : protocol.toUpperCase() }),
  );
}

function emitResources({ reservations, limits }: Resources): JsonObject {
  const amounts = ({ cpus, memoryBytes, ephemeralStorageBytes, generic }: Resources['reservations']) =>
    clean({
      cpu: cpus === undefined ? undefined : cpuText(cpus),
      memory: memoryBytes === undefined ? undefined : bytesText(memoryBytes),
      'ephemeral-storage': ephemeralStorageBytes === undefined ? undefined : bytesText(ephemeralStorageBytes),
      ...Object.fromEntries(
        Object.entries(generic ?? {}).map(([name, count]) => [
          name.includes('/') ? name : `example.com/${name}`,
          String(count),
        ]),
      ),
    });
  return clean({ requests: amounts(reservations), limits: amounts(limits) });
}

function cpuText(cpus: number): string {
  return Number.isInteger(cpus) ? String(cpus) : `${Math.ceil(cpus * 1000)}m`;
}

/** The engine's health check, as both probes: what is unhealthy gets no requests, and is restarted. */
function healthProbes({ health }: Container, where: string, to: Emission): Container['probes'] {
  const command = health && commandOf(health);
  to.losses.addIf(
    health && !health.test,
    where,
    'the health check of the image',
    'Kubernetes does not read it',
    'write the check into the file',
  );
  if (!health || !command) return {};
  const seconds = (ms: number | undefined, fallback: number) => Math.max(1, Math.ceil((ms ?? fallback) / 1000));
  const base = {
    action: { type: 'exec', command },
    initialDelaySeconds: 0,
    periodSeconds: seconds(health.intervalMs, 30_000),
    timeoutSeconds: seconds(health.timeoutMs, 30_000),
    successThreshold: 1,
    failureThreshold: health.retries ?? 3,
  } as const;
  if (!health.startPeriodMs) return { readiness: base, liveness: base };
  const period = seconds(health.startIntervalMs, 5000);
  const startup = {
    ...base,
    periodSeconds: period,
    failureThreshold: Math.ceil(health.startPeriodMs / 1000 / period) + base.failureThreshold,
  };
  return { readiness: base, liveness: base, startup };
}

function commandOf({ test = [] }: HealthCheck): string[] | undefined {
  const [kind, ...rest] = test;
  if (kind === 'CMD') return rest;
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', rest.join(' ')] : undefined;
}

function emitProbe(probe: Probe): JsonObject {
  return clean({
    ...emitAction(probe.action),
    initialDelaySeconds: probe.initialDelaySeconds || undefined,
    periodSeconds: probe.periodSeconds === 10 ? undefined : probe.periodSeconds,
    timeoutSeconds: probe.timeoutSeconds === 1 ? undefined : probe.timeoutSeconds,
    successThreshold: probe.successThreshold === 1 ? undefined : probe.successThreshold,
    failureThreshold: probe.failureThreshold === 3 ? undefined : probe.failureThreshold,
    terminationGracePeriodSeconds: probe.terminationGraceSeconds,
  });
}

function emitAction(action: Probe['action']): JsonObject {
  switch (action.type) {
    case 'exec':
      return { exec: { command: [...action.command] } };
    case 'http': {
      const { host, port, path, headers } = action;
      const scheme = action.scheme === 'https' ? 'HTTPS' : undefined;
      return { httpGet: clean({ host, port, path, scheme, httpHeaders: headers.map((header) => ({ ...header })) }) };
    }
    case 'tcp':
      return { tcpSocket: clean({ host: action.host, port: action.port }) };
    case 'grpc':
      return { grpc: clean({ port: action.port, service: action.service }) };
  }
}

function emitHook(hooks: readonly LifecycleHook[] | undefined, where: string, to: Emission): JsonObject | undefined {
  const [hook, ...others] = hooks ?? [];
  to.losses.addIf(others.length > 0, where, 'all hooks of a kind but the first', 'Kubernetes has one of each kind');
  if (!hook) return undefined;
  if (hook.type === 'exec') {
    to.losses.addIf(
      hook.user || hook.privileged || hook.workingDir || hook.env?.length,
      where,
      'user, folder and environment of hooks',
      'a hook runs as the container does',
    );
    return { exec: { command: [...hook.command] } };
  }
  if (hook.type === 'http') return emitAction(hook.action);
  return hook.type === 'tcp' ? { tcpSocket: { port: hook.port } } : { sleep: { seconds: hook.seconds } };
}

function emitSecurity(container: Container, where: string, to: Emission): JsonObject {
  const [user = '', group] = (container.user ?? '').split(':');
  const isNumeric = /^\d*$/.test(user) && /^\d*$/.test(group ?? '');
  to.losses.addIf(!isNumeric, where, `user: ${container.user}`, 'Kubernetes takes numbers only', 'write runAsUser');
  const options = container.securityOptions;
  const seccomp = options.includes('seccomp=unconfined') || options.includes('seccomp:unconfined');
  const known = /^(no-new-privileges(:true)?|seccomp[=:]unconfined)$/;
  for (const option of options)
    to.losses.addIf(!known.test(option), where, `security option ${option}`, 'it has no counterpart');
  return clean({
    runAsUser: isNumeric && user !== '' ? Number(user) : undefined,
    runAsGroup: isNumeric && group ? Number(group) : undefined,
    privileged: container.privileged || undefined,
    readOnlyRootFilesystem: container.readOnlyRoot || undefined,
    allowPrivilegeEscalation: options.some((option) => option.startsWith('no-new-privileges')) ? false : undefined,
    seccompProfile: seccomp ? { type: 'Unconfined' } : undefined,
    capabilities: clean({ add: [...container.capAdd], drop: [...container.capDrop] }),
  });
}

function reportLosses(container: Container, where: string, to: Emission): void {
  const { limits } = container.resources;
  const lost: [unknown, string, string][] = [
    [
      container.devices.length > 0 || container.deviceCgroupRules.length > 0,
      'devices',
      'Kubernetes has device plugins',
    ],
    [container.ulimits.length > 0, 'ulimits', 'they are a setting of the container runtime'],
    [container.logging, 'logging', 'it is a setting of the cluster'],
    [container.init, 'init', 'pods have shareProcessNamespace instead'],
    [container.stopSignal, 'stop_signal', 'it is taken from the image'],
    [container.groupAdd.some((group) => !/^\d+$/.test(group)), 'groups by name', 'Kubernetes takes numbers only'],
    [container.runtime ?? container.isolation, 'runtime', 'Kubernetes has RuntimeClass'],
    [container.oomScoreAdj ?? container.oomKillDisable, 'out-of-memory settings', 'the kubelet sets them'],
    [
      container.usernsMode ?? container.cgroup ?? container.cgroupParent ?? container.uts,
      'namespaces and cgroups',
      'the kubelet sets them',
    ],
    [
      limits.pids ?? limits.cpuSet ?? limits.blkio ?? limits.memorySwapBytes,
      'limits other than CPU and memory',
      'Kubernetes has none',
    ],
    [container.build && container.image === '', 'build', 'a cluster needs an image in a registry'],
  ];
  for (const [condition, what, why] of lost) to.losses.addIf(condition, where, what, why);
}
