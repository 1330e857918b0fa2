/** What we know of an API kind. */
export interface KindInfo {
  readonly apiVersion: string;
  readonly kind: string;
  /** Name in the type table; absent for kinds that are known but mean nothing to plain hosts. */
  readonly type?: string;
  readonly namespaced: boolean;
  /** The version to use instead, for one that current servers no longer serve. */
  readonly replacedBy?: string;
}

const NAMESPACED: Readonly<Record<string, string>> = {
  v1: 'Pod PodTemplate ReplicationController Service Endpoints ConfigMap Secret PersistentVolumeClaim ServiceAccount LimitRange ResourceQuota',
  'apps/v1': 'Deployment ReplicaSet StatefulSet DaemonSet',
  'batch/v1': 'Job CronJob',
  'batch/v1beta1': 'CronJob',
  'autoscaling/v1': 'HorizontalPodAutoscaler',
  'autoscaling/v2': 'HorizontalPodAutoscaler=V2HorizontalPodAutoscaler',
  'autoscaling/v2beta2': 'HorizontalPodAutoscaler=V2HorizontalPodAutoscaler',
  'autoscaling/v2beta1': 'HorizontalPodAutoscaler=V2beta1HorizontalPodAutoscaler',
  'networking.k8s.io/v1': 'Ingress NetworkPolicy',
  'networking.k8s.io/v1beta1': 'Ingress=V1beta1Ingress',
  'extensions/v1beta1': 'Ingress=V1beta1Ingress',
  'policy/v1': 'PodDisruptionBudget',
  'policy/v1beta1': 'PodDisruptionBudget',
  'route.openshift.io/v1': 'Route',
  'apps.openshift.io/v1': 'DeploymentConfig',
};

const CLUSTER: Readonly<Record<string, string>> = {
  v1: 'PersistentVolume Namespace',
  'storage.k8s.io/v1': 'StorageClass',
  'storage.k8s.io/v1beta1': 'StorageClass',
  'networking.k8s.io/v1': 'IngressClass',
  'networking.k8s.io/v1beta1': 'IngressClass',
};

/** Kinds of a cluster that have nothing to say to plain hosts; `*` before a name marks a namespaced one. */
const WITHOUT_MEANING: Readonly<Record<string, string>> = {
  v1: '*Binding ComponentStatus *Event Node',
  'apps/v1': '*ControllerRevision',
  'admissionregistration.k8s.io/v1':
    'MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1beta1': 'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apiextensions.k8s.io/v1beta1': 'CustomResourceDefinition',
  'apiregistration.k8s.io/v1': 'APIService',
  'certificates.k8s.io/v1': 'CertificateSigningRequest',
  'coordination.k8s.io/v1': '*Lease',
  'discovery.k8s.io/v1': '*EndpointSlice',
  'discovery.k8s.io/v1beta1': '*EndpointSlice',
  'events.k8s.io/v1': '*Event',
  'flowcontrol.apiserver.k8s.io/v1': 'FlowSchema PriorityLevelConfiguration',
  'node.k8s.io/v1': 'RuntimeClass',
  'node.k8s.io/v1beta1': 'RuntimeClass',
  'policy/v1': '*Eviction',
  'policy/v1beta1': 'PodSecurityPolicy',
  'rbac.authorization.k8s.io/v1': '*Role *RoleBinding ClusterRole ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1beta1': '*Role *RoleBinding ClusterRole ClusterRoleBinding',
  'resource.k8s.io/v1': '*ResourceClaim *ResourceClaimTemplate DeviceClass ResourceSlice',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'scheduling.k8s.io/v1beta1': 'PriorityClass',
  'storage.k8s.io/v1': 'CSIDriver CSINode VolumeAttachment VolumeAttributesClass *CSIStorageCapacity',
  'storage.k8s.io/v1beta1': 'CSIDriver CSINode VolumeAttachment',
};

/** Versions of OpenShift from before its groups had names of their own. */
const OPENSHIFT_BARE: Readonly<Record<string, string>> = {
  Route: 'route.openshift.io/v1',
  DeploymentConfig: 'apps.openshift.io/v1',
};

const REPLACED: Readonly<Record<string, string>> = {
  'batch/v1beta1': 'batch/v1',
  'autoscaling/v2beta1': 'autoscaling/v2',
  'autoscaling/v2beta2': 'autoscaling/v2',
  'networking.k8s.io/v1beta1': 'networking.k8s.io/v1',
  'extensions/v1beta1': 'networking.k8s.io/v1',
  'policy/v1beta1': 'policy/v1',
  'storage.k8s.io/v1beta1': 'storage.k8s.io/v1',
};

const registry = new Map<string, KindInfo>();

function register(table: Readonly<Record<string, string>>, read: (word: string) => Omit<KindInfo, 'apiVersion'>): void {
  for (const [apiVersion, words] of Object.entries(table)) {
    for (const word of words.split(' ')) {
      const info = read(word);
      const replacedBy = REPLACED[apiVersion];
      registry.set(`${apiVersion}/${info.kind}`, { apiVersion, ...info, ...(replacedBy && { replacedBy }) });
    }
  }
}

function typed(word: string): { kind: string; type: string } {
  const [kind = '', type = kind] = word.split('=');
  return { kind, type };
}

register(NAMESPACED, (word) => ({ ...typed(word), namespaced: true }));
register(CLUSTER, (word) => ({ ...typed(word), namespaced: false }));
register(WITHOUT_MEANING, (word) => ({ kind: word.replace('*', ''), namespaced: word.startsWith('*') }));

/** The kind, or undefined when no server of ours knows it in that version. */
export function findKind(apiVersion: string, kind: string): KindInfo | undefined {
  return registry.get(`${apiVersion}/${kind}`) ?? bareOpenShift(apiVersion, kind);
}

function bareOpenShift(apiVersion: string, kind: string): KindInfo | undefined {
  const current = apiVersion === 'v1' ? OPENSHIFT_BARE[kind] : undefined;
  return current === undefined ? undefined : registry.get(`${current}/${kind}`);
}

/** The versions that have a kind, the ones still served first. */
export function versionsOfKind(kind: string): string[] {
  const found = [...registry.values()].filter((info) => info.kind === kind);
  return [...found.filter((info) => !info.replacedBy), ...found.filter((info) => info.replacedBy)].map(
    (info) => info.apiVersion,
  );
}

export function kindsOfVersion(apiVersion: string): string[] {
  return [...registry.values()].filter((info) => info.apiVersion === apiVersion).map((info) => info.kind);
}

/** Whether a group belongs to Kubernetes itself, so that every kind in it is known. */
export function isBuiltinGroup(apiVersion: string): boolean {
  const slash = apiVersion.indexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  if (!group.includes('.')) return true;
  return [...registry.values()].some((info) => info.apiVersion.startsWith(`${group}/`));
}

export function isOpenShiftGroup(apiVersion: string): boolean {
  return apiVersion.split('/')[0]?.endsWith('.openshift.io') ?? false;
}
