import type { RolloutPolicy, Workload } from '../../../model/desired.ts';
import type { JsonObject } from '../json.ts';
import { bytesText } from './bytes-text.ts';
import { emitContainer } from './container.ts';
import type { Emission } from './context.ts';
import { clean, list } from './json.ts';
import { PodMounts } from './mounts.ts';
import { kubernetesName, serviceName } from './names.ts';
import { emitPlacement } from './placement.ts';

export function workloadLabels({ id }: Workload, stack: string): Record<string, string> {
  return { 'app.kubernetes.io/name': kubernetesName(id), 'app.kubernetes.io/part-of': kubernetesName(stack) };
}

/** A workload as the object of its kind. */
export function emitWorkload(workload: Workload, to: Emission): JsonObject {
  reportLosses(workload, to);
  const labels = workloadLabels(workload, to.desired.stack);
  const metadata = clean({
    name: kubernetesName(workload.name),
    namespace: workload.namespace === 'default' ? undefined : workload.namespace,
    labels,
  });
  const template = {
    metadata: clean({
      labels: { ...safeLabels(workload.template.labels), ...labels },
      annotations: { ...workload.template.annotations },
    }),
    spec: emitPod(workload, to),
  };
  const selector = { matchLabels: labels };
  const { kind, rollout } = workload;
  const minReadySeconds = rollout.minReadySeconds || undefined;
  switch (kind) {
    case 'stateful': {
      const claims = workload.stateful?.claims ?? [];
      return {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata,
        spec: clean({
          replicas: workload.replicas,
          serviceName: serviceName(workload.stateful?.endpoint ?? workload.name),
          podManagementPolicy: workload.stateful?.order === 'parallel' ? 'Parallel' : undefined,
          updateStrategy:
            workload.stateful?.update === 'on-delete'
              ? { type: 'OnDelete' }
              : workload.stateful?.partition
                ? { rollingUpdate: { partition: workload.stateful.partition } }
                : undefined,
          minReadySeconds,
          selector,
          template,
          volumeClaimTemplates: claims.map(({ name, sizeBytes }) => ({
            metadata: { name: kubernetesName(name) },
            spec: claimSpec(sizeBytes),
          })),
        }),
      };
    }
    case 'daemon':
      return {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata,
        spec: clean({ minReadySeconds, selector, template }),
      };
    case 'job':
    case 'cron':
      return emitJob(workload, metadata, template);
    default:
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: clean({
          replicas: workload.replicas,
          strategy: strategyOf(workload),
          minReadySeconds,
          progressDeadlineSeconds: rollout.progressDeadlineSeconds,
          selector,
          template,
        }),
      };
  }
}

export function claimSpec(sizeBytes: number | undefined): JsonObject {
  return { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: bytesText(sizeBytes ?? 2 ** 30) } } };
}

function emitJob(workload: Workload, metadata: JsonObject, template: JsonObject): JsonObject {
  const { job, cron } = workload;
  const spec = clean({
    completions: job?.completions,
    parallelism: job?.parallelism === 1 ? undefined : job?.parallelism,
    backoffLimit: job?.backoffLimit,
    activeDeadlineSeconds: job?.deadlineSeconds,
    ttlSecondsAfterFinished: job?.ttlSecondsAfterFinished,
    suspend: workload.suspended && !cron ? true : undefined,
    template,
  });
  if (!cron) return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: clean({
      schedule: cron.schedule,
      timeZone: cron.timeZone,
      concurrencyPolicy: cron.concurrency === 'Allow' ? undefined : cron.concurrency,
      suspend: cron.suspend || undefined,
      startingDeadlineSeconds: cron.startingDeadlineSeconds,
      jobTemplate: { spec },
    }),
  };
}

/** A volume that one replica alone may write is freed before the new replica takes it. */
function strategyOf({ rollout, template }: Workload): JsonObject | undefined {
  const holdsVolume = template.containers.some(({ mounts }) => mounts.some(({ source }) => source.type === 'volume'));
  if (rollout.strategy === 'recreate' || holdsVolume) return { type: 'Recreate' };
  const rollingUpdate = rollingOf(rollout);
  return Object.keys(rollingUpdate).length > 0 ? { rollingUpdate } : undefined;
}

function rollingOf({ maxSurge, maxUnavailable, parallelism, order }: RolloutPolicy): JsonObject {
  if (maxSurge !== undefined || maxUnavailable !== undefined) return clean({ maxSurge, maxUnavailable });
  const count = parallelism === 0 ? '100%' : parallelism;
  if (order === 'start-first') return clean({ maxSurge: count, maxUnavailable: 0 });
  return order === 'stop-first' ? clean({ maxSurge: 0, maxUnavailable: count }) : {};
}

function emitPod(workload: Workload, to: Emission): JsonObject {
  const { template } = workload;
  const mounts = new PodMounts(workload, to);
  const initContainers = list(
    template.initContainers.map((container) => emitContainer(container, workload, mounts, to)),
  );
  const containers = list(template.containers.map((container) => emitContainer(container, workload, mounts, to)));
  const groups = template.containers.flatMap(({ groupAdd }) =>
    groupAdd.filter((group) => /^\d+$/.test(group)).map(Number),
  );
  const ends = workload.kind === 'job' || workload.kind === 'cron';
  return clean({
    initContainers,
    containers,
    restartPolicy: ends ? (template.restart.condition === 'on-failure' ? 'OnFailure' : 'Never') : undefined,
    terminationGracePeriodSeconds: template.stopGraceSeconds === 30 ? undefined : Math.ceil(template.stopGraceSeconds),
    hostNetwork: template.network.mode === 'host' || undefined,
    hostPID: template.hostPid || undefined,
    hostIPC: template.hostIpc || undefined,
    shareProcessNamespace: template.shareProcessNamespace || undefined,
    hostname: template.hostname && kubernetesName(template.hostname),
    hostAliases: hostAliases(workload, to),
    dnsConfig:
      template.dns &&
      clean({
        nameservers: [...template.dns.servers],
        searches: [...template.dns.search],
        options: template.dns.options.map(dnsOption),
      }),
    securityContext: clean({
      supplementalGroups: [...new Set(groups)],
      sysctls: Object.entries(template.sysctls).map(([name, value]) => ({ name, value })),
    }),
    imagePullSecrets: template.pullSecrets.map((id) => ({ name: kubernetesName(id.split('/')[0] ?? id) })),
    ...emitPlacement(workload, to),
    volumes: mounts.volumes,
  });
}

function dnsOption(text: string): JsonObject {
  const [name = '', value] = text.split(':');
  return clean({ name, value });
}

function hostAliases({ id, template }: Workload, to: Emission): JsonObject[] {
  const byAddress = new Map<string, string[]>();
  for (const { name, address } of template.extraHosts) {
    if (address === 'host-gateway')
      to.losses.add(id, `${name}: host-gateway`, 'pods have no name for their node', 'use the field status.hostIP');
    else byAddress.set(address, [...(byAddress.get(address) ?? []), name]);
  }
  return [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames }));
}

export function isJob({ kind }: Workload): boolean {
  return kind === 'job' || kind === 'cron';
}

/** Labels whose keys and values Kubernetes takes. */
function safeLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const isName = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
  const isKey = /^([a-z0-9.-]+\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
  const own = Object.entries(labels).filter(([key]) => !key.startsWith('com.docker.compose.'));
  return Object.fromEntries(own.filter(([key, value]) => isKey.test(key) && isName.test(value)));
}

function reportLosses(workload: Workload, to: Emission): void {
  const { id, template, rollout } = workload;
  const where = id;
  for (const { workload: other, condition } of workload.dependsOn) {
    to.losses.add(
      where,
      `it waits for ${other} (${condition})`,
      'pods start in no order and are restarted until they succeed',
    );
  }
  const { mode } = template.network;
  to.losses.addIf(
    mode === 'workload' || mode === 'container',
    where,
    'the network it shares with another container',
    'only containers of one pod share a network',
    'put both into one pod',
  );
  to.losses.addIf(mode === 'none', where, 'that it has no network', 'every pod has one');
  to.losses.addIf(
    rollout.strategy === 'blue-green' || rollout.strategy === 'canary',
    where,
    `the strategy ${rollout.strategy}`,
    'a Deployment rolls or recreates',
  );
  to.losses.addIf(rollout.checks.length > 0, where, 'the checks of the rollout', 'a Deployment has only probes');
  to.losses.addIf(
    rollout.failureAction === 'rollback' && !isJob(workload),
    'rollouts',
    'that a failed update is rolled back',
    'a Deployment stops',
    'kubectl rollout undo',
  );
  to.losses.addIf(workload.hook, where, `the hook ${workload.hook}`, 'it is a plain Job');
  to.losses.addIf(template.domainname, where, 'domainname', 'names of pods come from their Service');
}
