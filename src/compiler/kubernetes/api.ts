/**
 * The API's types as decoding leaves them: every field may be missing. Fields newer than the package of types are added
 * where the compiler reads them.
 */
import type * as apps from 'kubernetes-types/apps/v1.js';
import type * as autoscalingV1 from 'kubernetes-types/autoscaling/v1.js';
import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';
import type * as batch from 'kubernetes-types/batch/v1.js';
import type * as core from 'kubernetes-types/core/v1.js';
import type * as meta from 'kubernetes-types/meta/v1.js';
import type * as networking from 'kubernetes-types/networking/v1.js';
import type * as policy from 'kubernetes-types/policy/v1.js';
import type * as storage from 'kubernetes-types/storage/v1.js';
import type { Loose } from './json.ts';

export type ObjectMeta = Loose<meta.ObjectMeta>;
export type LabelSelector = Loose<meta.LabelSelector>;
export type IntOrString = number | string;
export type Quantities = Record<string, string | undefined>;

export type Pod = Loose<core.Pod>;
export type PodSpec = Loose<core.PodSpec>;
export type PodTemplateSpec = Loose<core.PodTemplateSpec>;
export type Container = Loose<core.Container>;
export type Probe = Loose<core.Probe>;
export type HttpGet = Loose<core.HTTPGetAction>;
export type Handler = Loose<core.LifecycleHandler>;
export type EnvVar = Loose<core.EnvVar>;
export type EnvFrom = Loose<core.EnvFromSource>;
export type Volume = Loose<core.Volume> & { image?: { reference?: string; pullPolicy?: string } };
export type VolumeMount = Loose<core.VolumeMount>;
export type KeyToPath = Loose<core.KeyToPath>;
export type DownwardFile = Loose<core.DownwardAPIVolumeFile>;
export type VolumeProjection = Loose<core.VolumeProjection>;
export type Toleration = Loose<core.Toleration>;
export type Affinity = Loose<core.Affinity>;
export type NodeSelectorTerm = Loose<core.NodeSelectorTerm>;
export type PodAffinityTerm = Loose<core.PodAffinityTerm>;
export type TopologySpread = Loose<core.TopologySpreadConstraint>;
export type SecurityContext = Loose<core.SecurityContext>;
export type PodSecurityContext = Loose<core.PodSecurityContext>;
export type Resources = Loose<core.ResourceRequirements>;
export type Service = Loose<core.Service>;
export type ServicePort = Loose<core.ServicePort>;
export type Endpoints = Loose<core.Endpoints>;
export type ConfigMap = Loose<core.ConfigMap>;
export type Secret = Loose<core.Secret>;
export type PersistentVolume = Loose<core.PersistentVolume>;
export type PersistentVolumeClaim = Loose<core.PersistentVolumeClaim>;
export type PersistentVolumeClaimSpec = Loose<core.PersistentVolumeClaimSpec>;
export type Namespace = Loose<core.Namespace>;
export type ServiceAccount = Loose<core.ServiceAccount>;
export type LimitRange = Loose<core.LimitRange>;
export type ResourceQuota = Loose<core.ResourceQuota>;
export type ReplicationController = Loose<core.ReplicationController>;
export type ReplicaSet = Loose<apps.ReplicaSet>;
export type Deployment = Loose<apps.Deployment>;
export type StatefulSet = Loose<apps.StatefulSet>;
export type DaemonSet = Loose<apps.DaemonSet>;
export type Job = Loose<batch.Job>;
export type JobSpec = Loose<batch.JobSpec>;
export type CronJob = Loose<batch.CronJob>;
export type Ingress = Loose<networking.Ingress>;
export type IngressClass = Loose<networking.IngressClass>;
export type NetworkPolicy = Loose<networking.NetworkPolicy>;
export type NetworkPolicyPort = Loose<networking.NetworkPolicyPort>;
export type NetworkPolicyPeer = Loose<networking.NetworkPolicyPeer>;
export type PodDisruptionBudget = Loose<policy.PodDisruptionBudget>;
export type StorageClass = Loose<storage.StorageClass>;
export type HorizontalPodAutoscalerV1 = Loose<autoscalingV1.HorizontalPodAutoscaler>;
export type HorizontalPodAutoscaler = Loose<autoscaling.HorizontalPodAutoscaler>;
export type MetricSpec = Loose<autoscaling.MetricSpec>;
export type MetricTarget = Loose<autoscaling.MetricTarget>;
export type ScalingRules = Loose<autoscaling.HPAScalingRules>;

/** The older Ingress, where a backend is two fields. */
export interface IngressV1beta1 {
  metadata?: ObjectMeta;
  spec?: {
    ingressClassName?: string;
    backend?: BackendV1beta1;
    tls?: { hosts?: string[]; secretName?: string }[];
    rules?: { host?: string; http?: { paths?: { path?: string; pathType?: string; backend?: BackendV1beta1 }[] } }[];
  };
}

export interface BackendV1beta1 {
  serviceName?: string;
  servicePort?: IntOrString;
  resource?: { apiGroup?: string; kind?: string; name?: string };
}
