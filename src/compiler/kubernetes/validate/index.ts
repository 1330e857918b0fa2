import type { ObjectMeta } from '../api.ts';
import type { Findings } from '../findings.ts';
import type { ObjectIdentity } from '../identify.ts';
import type { JsonObject } from '../json.ts';
import { FieldPath } from '../path.ts';
import { validateAutoscaler, validateAutoscalerV1, validateBounds } from './autoscaler.ts';
import {
  validateConfigMap,
  validateLimitRange,
  validateResourceQuota,
  validateScopes,
  validateSecret,
} from './configuration.ts';
import { validateIngress, validateIngressClass, validateOldIngress } from './ingress.ts';
import { validateCronJob, validateJob } from './jobs.ts';
import { validateMetadata } from './metadata.ts';
import { validateDisruptionBudget, validateNetworkPolicy } from './network-policy.ts';
import { validatePod, validateTemplate } from './pod.ts';
import { validateEndpoints, validateService } from './service.ts';
import { validatePersistentVolume, validatePersistentVolumeClaim, validateStorageClass } from './storage.ts';
import {
  validateDaemonSet,
  validateDeployment,
  validateReplicaSet,
  validateReplicationController,
  validateStatefulSet,
} from './workloads.ts';

type Validate = (object: JsonObject, findings: Findings) => void;

/** By the name of the type in the table; a kind that is not here has only its metadata checked. */
const VALIDATORS: Readonly<Record<string, Validate>> = {
  Pod: validatePod,
  PodTemplate: (object: { template?: object }, findings) =>
    validateTemplate(object.template ?? {}, FieldPath.root('template'), findings),
  Deployment: validateDeployment,
  ReplicaSet: validateReplicaSet,
  ReplicationController: validateReplicationController,
  StatefulSet: validateStatefulSet,
  DaemonSet: validateDaemonSet,
  Job: validateJob,
  CronJob: validateCronJob,
  Service: validateService,
  Endpoints: validateEndpoints,
  Ingress: validateIngress,
  V1beta1Ingress: validateOldIngress,
  IngressClass: validateIngressClass,
  NetworkPolicy: validateNetworkPolicy,
  PodDisruptionBudget: validateDisruptionBudget,
  ConfigMap: validateConfigMap,
  Secret: validateSecret,
  PersistentVolume: validatePersistentVolume,
  PersistentVolumeClaim: validatePersistentVolumeClaim,
  StorageClass: validateStorageClass,
  LimitRange: validateLimitRange,
  ResourceQuota: (object, findings) => {
    validateResourceQuota(object, findings);
    validateScopes(object, findings);
  },
  HorizontalPodAutoscaler: validateAutoscalerV1,
  V2HorizontalPodAutoscaler: validateAutoscaler,
  V2beta1HorizontalPodAutoscaler: (object: { spec?: object }, findings) => validateBounds(object.spec ?? {}, findings),
};

/** Checks a decoded and defaulted object as the API server does on creation. */
export function validate(type: string, object: JsonObject, { info }: ObjectIdentity, findings: Findings): void {
  validateMetadata((object.metadata ?? {}) as ObjectMeta, info, findings);
  VALIDATORS[type]?.(object, findings);
}
