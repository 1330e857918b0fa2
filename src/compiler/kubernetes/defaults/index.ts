import type { JsonObject } from '../json.ts';
import {
  defaultAutoscaler,
  defaultAutoscalerBeta,
  defaultAutoscalerV1,
  defaultLimitRange,
  defaultPersistentVolumeClaim,
  defaultResourceQuota,
  defaultSecret,
  defaultStorageClass,
} from './configuration.ts';
import { defaultPod, defaultTemplate } from './pod.ts';
import { defaultEndpoints, defaultNetworkPolicy, defaultOldIngress, defaultService } from './services.ts';
import { defaultPersistentVolume } from './volumes.ts';
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from './workloads.ts';

/** By the name of the type in the table. */
const DEFAULTS: Readonly<Record<string, (object: JsonObject) => void>> = {
  Pod: defaultPod,
  PodTemplate: (object: { template?: object }) => defaultTemplate(object.template),
  Deployment: defaultDeployment,
  ReplicaSet: defaultReplicaSet,
  ReplicationController: defaultReplicationController,
  StatefulSet: defaultStatefulSet,
  DaemonSet: defaultDaemonSet,
  Job: defaultJob,
  CronJob: defaultCronJob,
  Service: defaultService,
  Endpoints: defaultEndpoints,
  V1beta1Ingress: defaultOldIngress,
  NetworkPolicy: defaultNetworkPolicy,
  PersistentVolume: defaultPersistentVolume,
  PersistentVolumeClaim: defaultPersistentVolumeClaim,
  StorageClass: defaultStorageClass,
  Secret: defaultSecret,
  ResourceQuota: defaultResourceQuota,
  LimitRange: defaultLimitRange,
  HorizontalPodAutoscaler: defaultAutoscalerV1,
  V2HorizontalPodAutoscaler: defaultAutoscaler,
  V2beta1HorizontalPodAutoscaler: defaultAutoscalerBeta,
};

/** Fills in, in place, what the API server fills in before it validates. */
export function applyDefaults(type: string, object: JsonObject): void {
  DEFAULTS[type]?.(object);
}
