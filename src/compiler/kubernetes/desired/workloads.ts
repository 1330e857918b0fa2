import type {
  CronPolicy,
  EnvVar as DesiredEnv,
  JobPolicy,
  RolloutPolicy,
  StatefulPolicy,
  VolumeClaim,
  Workload,
} from '../../../model/desired.ts';
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  JobSpec,
  Pod,
  PodTemplateSpec,
  ReplicaSet,
  StatefulSet,
} from '../api.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import { bytesOf } from './amounts.ts';
import { classDriver } from './claims.ts';
import type { Conversion } from './context.ts';
import { present, qualified, strings } from './ids.ts';
import { placementOf } from './placement.ts';
import { scaledReplicas } from './policies.ts';
import { daemonRollout, deploymentRollout, jobRollout, statefulRollout, usualRollout } from './rollout.ts';
import { templateOf } from './template.ts';

/** What a namespace gives every pod in it. */
export interface NamespaceView {
  /** Variables of the services. */
  readonly links: readonly DesiredEnv[];
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
  readonly networks: readonly string[];
}

const SPEC = FieldPath.root('spec');
const TEMPLATE = SPEC.child('template');

/** @param id unique in the stack */
export function workloadOf(object: LoadedObject, id: string, view: NamespaceView, to: Conversion): Workload {
  switch (object.info.kind) {
    case 'StatefulSet':
      return stateful(object, id, view, to);
    case 'DaemonSet':
      return daemon(object, id, view, to);
    case 'Job':
      return job(object, id, view, to);
    case 'CronJob':
      return cron(object, id, view, to);
    case 'Pod':
      return pod(object, id, view, to);
    default:
      return replicated(object, id, view, to);
  }
}

interface Base {
  readonly template: PodTemplateSpec;
  readonly path: FieldPath;
  readonly claims?: readonly string[];
  readonly rest: Pick<Workload, 'kind' | 'replicas' | 'rollout'> & Partial<Workload>;
}

function build(object: LoadedObject, id: string, view: NamespaceView, base: Base, to: Conversion): Workload {
  const { template, volumeTerms } = templateOf(base.template, {
    object,
    path: base.path,
    claims: base.claims ?? [],
    links: view.links,
    hosts: view.hosts,
    networks: view.networks,
    to,
  });
  to.place('workload', id, object);
  const { metadata } = object.value as { metadata?: { labels?: Record<string, string> } };
  return {
    id,
    name: object.name,
    namespace: object.namespace,
    firstOrdinal: 0,
    labels: strings(metadata?.labels),
    template,
    placement: placementOf(base.template.spec ?? {}, volumeTerms),
    dependsOn: [],
    ...base.rest,
  };
}

/** Deployment, and what is like one: ReplicaSet, ReplicationController, DeploymentConfig. */
function replicated(object: LoadedObject, id: string, view: NamespaceView, to: Conversion): Workload {
  const { spec = {} } = object.value as Deployment & ReplicaSet;
  const isDeployment = object.info.kind === 'Deployment';
  const rollout: RolloutPolicy = isDeployment ? deploymentRollout(spec) : rolloutOf(object, spec.minReadySeconds);
  const replicas = scaledReplicas(object, spec.replicas ?? 1, to);
  const rest = { kind: 'service', replicas, rollout } as const;
  return build(object, id, view, { template: spec.template ?? {}, path: TEMPLATE, rest }, to);
}

interface OpenShiftStrategy {
  readonly type?: string;
  readonly rollingParams?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
}

function rolloutOf({ info, value }: LoadedObject, minReadySeconds: number | undefined): RolloutPolicy {
  const strategy =
    info.kind === 'DeploymentConfig' ? (value.spec as { strategy?: OpenShiftStrategy }).strategy : undefined;
  if (!strategy) return usualRollout(minReadySeconds);
  return deploymentRollout({
    ...present({ minReadySeconds }),
    strategy: {
      type: strategy.type === 'Recreate' ? 'Recreate' : 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%', ...strategy.rollingParams },
    },
  });
}

function stateful(object: LoadedObject, id: string, view: NamespaceView, to: Conversion): Workload {
  const { spec = {} } = object.value as StatefulSet;
  const claims = (spec.volumeClaimTemplates ?? []).map(
    (claim): VolumeClaim => ({
      name: claim.metadata?.name ?? '',
      ...classDriver(
        claim.spec ?? {},
        `${claim.metadata?.name}-${qualified(object.namespace, object.name)}-{ordinal}`,
        object,
        to,
      ),
      labels: strings(claim.metadata?.labels),
      ...present({ sizeBytes: bytesOf(claim.spec?.resources?.requests?.storage) }),
    }),
  );
  const policy: StatefulPolicy = {
    order: spec.podManagementPolicy === 'Parallel' ? 'parallel' : 'ordered',
    update: spec.updateStrategy?.type === 'OnDelete' ? 'on-delete' : 'rolling',
    partition: spec.updateStrategy?.rollingUpdate?.partition ?? 0,
    claims,
    ...present({ endpoint: spec.serviceName || undefined }),
  };
  const template = spec.template ?? {};
  const base: Base = {
    template: { ...template, spec: { ...template.spec, ...present({ subdomain: spec.serviceName || undefined }) } },
    path: TEMPLATE,
    claims: claims.map(({ name }) => name),
    rest: {
      kind: 'stateful',
      replicas: scaledReplicas(object, spec.replicas ?? 1, to),
      rollout: statefulRollout(spec),
      stateful: policy,
      ...present({ firstOrdinal: spec.ordinals?.start }),
    },
  };
  return build(object, id, view, base, to);
}

function daemon(object: LoadedObject, id: string, view: NamespaceView, to: Conversion): Workload {
  const { spec = {} } = object.value as DaemonSet;
  if (spec.updateStrategy?.type === 'OnDelete') {
    to.findings(object).notHonoured(
      SPEC.child('updateStrategy', 'type'),
      'on-delete',
      'the update is not left to the deletion of pods',
      {
        why: 'the pods are replaced host by host',
      },
    );
  }
  const rest = { kind: 'daemon', replicas: 1, rollout: daemonRollout(spec) } as const;
  return build(object, id, view, { template: spec.template ?? {}, path: TEMPLATE, rest }, to);
}

/** A service of one replica, which may end by itself; nobody waits for that. One that has to end in time is a job. */
function pod(object: LoadedObject, id: string, view: NamespaceView, to: Conversion): Workload {
  const { metadata, spec = {} } = object.value as Pod;
  const hostname = spec.hostname ?? object.name.slice(0, 63);
  const template = { ...present({ metadata }), spec: { ...spec, hostname } };
  const { activeDeadlineSeconds } = spec;
  const restarts = (spec.restartPolicy ?? 'Always') === 'Always';
  if (activeDeadlineSeconds && restarts) {
    to.findings(object).notHonoured(SPEC.child('activeDeadlineSeconds'), 'job', 'the field is not honoured', {
      why: 'a pod that always restarts runs until it is removed',
    });
  }
  const policy: JobPolicy = {
    completions: 1,
    parallelism: 1,
    backoffLimit: spec.restartPolicy === 'Never' ? 0 : 6,
    ...present({ deadlineSeconds: activeDeadlineSeconds }),
  };
  const rest: Base['rest'] =
    activeDeadlineSeconds && !restarts
      ? { kind: 'job', replicas: 1, rollout: jobRollout(), job: policy }
      : { kind: 'service', replicas: 1, rollout: usualRollout() };
  return build(object, id, view, { template, path: FieldPath.empty, rest }, to);
}

function jobPolicy(spec: JobSpec): JobPolicy {
  return {
    parallelism: spec.parallelism ?? 1,
    backoffLimit: spec.backoffLimit ?? 6,
    ...present({
      completions: spec.completions,
      deadlineSeconds: spec.activeDeadlineSeconds,
      ttlSecondsAfterFinished: spec.ttlSecondsAfterFinished,
    }),
  };
}

function job(object: LoadedObject, id: string, view: NamespaceView, to: Conversion): Workload {
  const { spec = {} } = object.value as Job;
  const rest: Base['rest'] = {
    kind: 'job',
    replicas: spec.parallelism ?? 1,
    rollout: jobRollout(),
    job: jobPolicy(spec),
    ...(spec.suspend && { suspended: true }),
  };
  return build(object, id, view, { template: spec.template ?? {}, path: TEMPLATE, rest }, to);
}

function cron(object: LoadedObject, id: string, view: NamespaceView, to: Conversion): Workload {
  const { spec = {} } = object.value as CronJob;
  const inner = spec.jobTemplate?.spec ?? {};
  const policy: CronPolicy = {
    schedule: spec.schedule ?? '',
    concurrency: (spec.concurrencyPolicy ?? 'Allow') as CronPolicy['concurrency'],
    suspend: spec.suspend ?? false,
    keepSuccessful: spec.successfulJobsHistoryLimit ?? 3,
    keepFailed: spec.failedJobsHistoryLimit ?? 1,
    ...present({ timeZone: spec.timeZone, startingDeadlineSeconds: spec.startingDeadlineSeconds }),
  };
  const rest: Base['rest'] = {
    kind: 'cron',
    replicas: inner.parallelism ?? 1,
    rollout: jobRollout(),
    job: jobPolicy(inner),
    cron: policy,
    ...(spec.suspend && { suspended: true }),
  };
  const path = SPEC.child('jobTemplate', 'spec', 'template');
  return build(object, id, view, { template: inner.template ?? {}, path, rest }, to);
}
