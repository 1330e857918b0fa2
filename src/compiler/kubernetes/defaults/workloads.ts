import type { CronJob, DaemonSet, Deployment, Job, ReplicaSet, ReplicationController, StatefulSet } from '../api.ts';
import { defaultPodSpec, defaultTemplate } from './pod.ts';
import { defaultClaimSpec } from './volumes.ts';

export function defaultDeployment(deployment: Deployment): void {
  deployment.spec ??= {};
  const spec = deployment.spec;
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ??= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  spec.template ??= {};
  defaultTemplate(spec.template);
}

export function defaultReplicaSet(set: ReplicaSet): void {
  set.spec ??= {};
  set.spec.replicas ??= 1;
  set.spec.template ??= {};
  defaultTemplate(set.spec.template);
}

/** The only workload whose missing selector is taken from its template. */
export function defaultReplicationController(controller: ReplicationController): void {
  controller.spec ??= {};
  const spec = controller.spec;
  const labels = spec.template?.metadata?.labels;
  if (labels) {
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
    copyLabels(controller, labels);
  }
  spec.replicas ??= 1;
  defaultTemplate(spec.template);
}

export function defaultStatefulSet(set: StatefulSet): void {
  set.spec ??= {};
  const spec = set.spec;
  spec.podManagementPolicy ??= 'OrderedReady';
  spec.updateStrategy ??= {};
  if (spec.updateStrategy.type === undefined) {
    spec.updateStrategy.type = 'RollingUpdate';
    spec.updateStrategy.rollingUpdate = { partition: 0, ...spec.updateStrategy.rollingUpdate };
  }
  if (spec.updateStrategy.type === 'RollingUpdate' && spec.updateStrategy.rollingUpdate) {
    spec.updateStrategy.rollingUpdate.partition ??= 0;
  }
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.serviceName ??= '';
  spec.template ??= {};
  defaultTemplate(spec.template);
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion ??= 'v1';
    claim.kind ??= 'PersistentVolumeClaim';
    claim.spec ??= {};
    defaultClaimSpec(claim.spec);
  }
}

export function defaultDaemonSet(set: DaemonSet): void {
  set.spec ??= {};
  const spec = set.spec;
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ??= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
  }
  spec.revisionHistoryLimit ??= 10;
  spec.template ??= {};
  defaultTemplate(spec.template);
}

export function defaultJob(job: Job): void {
  job.spec ??= {};
  const spec = job.spec;
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= 6;
  spec.template ??= {};
  defaultTemplate(spec.template);
  const labels = spec.template.metadata?.labels;
  if (labels) copyLabels(job, labels);
}

export function defaultCronJob(job: CronJob): void {
  job.spec ??= {};
  const spec = job.spec;
  spec.concurrencyPolicy ??= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  spec.jobTemplate ??= {};
  spec.jobTemplate.spec ??= {};
  spec.jobTemplate.spec.template ??= {};
  spec.jobTemplate.spec.template.spec ??= {};
  defaultPodSpec(spec.jobTemplate.spec.template.spec);
}

function copyLabels(
  object: { metadata?: { labels?: Record<string, string | undefined> } },
  labels: Record<string, string | undefined>,
): void {
  object.metadata ??= {};
  if (Object.keys(object.metadata.labels ?? {}).length === 0) object.metadata.labels = { ...labels };
}
