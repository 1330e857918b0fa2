import type { Json } from '../json.ts';

/**
 * Facts about the server's Go types that the schema does not tell: which optional booleans and numbers are plain
 * values there, so that false and 0 are the same as absent, and which optional strings are pointers, so that "" is not.
 */
const PLAIN_BOOLEANS = new Set([
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'stdin',
  'stdinOnce',
  'tty',
  'paused',
  'publishNotReadyAddresses',
  'chapAuthDiscovery',
  'chapAuthSession',
  'readOnly',
]);

const POINTER_READ_ONLY = new Set(['CSIVolumeSource', 'AzureDiskVolumeSource']);

const PLAIN_NUMBERS = new Set([
  'minReadySeconds',
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
  'hostPort',
  'nodePort',
  'healthCheckNodePort',
  'generation',
]);

const POINTER_NUMBERS = new Set(['ClientIPConfig.timeoutSeconds', 'HPAScalingPolicy.periodSeconds']);

const POINTER_STRINGS = new Set([
  'PersistentVolumeClaimSpec.storageClassName',
  'HostPathVolumeSource.type',
  'IngressSpec.ingressClassName',
  'V1beta1IngressSpec.ingressClassName',
  'PodSpec.runtimeClassName',
  'ServicePort.appProtocol',
  'Subject.apiGroup',
  'LabelSelectorRequirement.key',
  'HTTPHeader.value',
]);

/** Fields that servers of the last years had and newer ones do not: read, never an error, without meaning. */
export const REMOVED_FIELDS = new Set([
  'ServiceSpec.topologyKeys',
  'ObjectMeta.clusterName',
  'EphemeralVolumeSource.readOnly',
]);

/** Whether the server treats this value as if the field were absent. */
export function dropsZero(type: string, field: string, value: Json): boolean {
  if (value === '') return !POINTER_STRINGS.has(`${type}.${field}`);
  if (value === false) return PLAIN_BOOLEANS.has(field) && !(field === 'readOnly' && POINTER_READ_ONLY.has(type));
  if (value === 0) {
    const gcePartition = field === 'partition' && type !== 'RollingUpdateStatefulSetStrategy';
    return (PLAIN_NUMBERS.has(field) || gcePartition) && !POINTER_NUMBERS.has(`${type}.${field}`);
  }
  return false;
}
