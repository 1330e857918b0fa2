import { dns1123Subdomain, qualifiedName } from '../../../model/kubernetes/names.ts';
import { parseQuantity } from '../../../model/kubernetes/quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../api.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import { validateLabelSelector } from './metadata.ts';
import { isPositive, quantitiesOf, validateAmount } from './resources.ts';
import { validateNodeSelector } from './scheduling.ts';
import { checkName, checkNoBacksteps, checkOneOf, checkRequired } from './values.ts';
import { validateSources } from './volumes.ts';

const SPEC = FieldPath.root('spec');
const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const VOLUME_MODES = ['Block', 'Filesystem'];

export function validatePersistentVolume({ spec = {} }: PersistentVolume, findings: Findings): void {
  checkAccessModes(spec.accessModes, SPEC.child('accessModes'), findings);
  const capacity = spec.capacity ?? {};
  const path = SPEC.child('capacity');
  if (Object.keys(capacity).length === 0) findings.required(path);
  if (capacity.storage === undefined || Object.keys(capacity).length > 1) {
    checkOneOf(
      Object.keys(capacity).find((name) => name !== 'storage'),
      ['storage'],
      path,
      findings,
    );
  }
  for (const [name, quantity] of quantitiesOf(capacity)) {
    validateAmount(name, quantity, path.key(name), findings);
    if (!isPositive(quantity)) findings.invalid(path.key(name), 'it must be greater than 0');
  }
  checkReclaim(spec, findings);
  if (spec.nodeAffinity) {
    const required = spec.nodeAffinity.required;
    if (!required) findings.required(SPEC.child('nodeAffinity', 'required'));
    else validateNodeSelector(required, SPEC.child('nodeAffinity', 'required'), findings);
  } else if (spec.local) findings.required(SPEC.child('nodeAffinity'), 'a local volume is on one host');
  if (validateSources(spec as Parameters<typeof validateSources>[0], SPEC, findings) === 0) {
    findings.required(SPEC, 'a volume needs a source');
  }
  if (spec.csi) checkRequired(spec.csi.volumeHandle, SPEC.child('csi', 'volumeHandle'), findings);
  if (spec.storageClassName)
    checkName(dns1123Subdomain, spec.storageClassName, SPEC.child('storageClassName'), findings);
  if (spec.volumeMode) checkOneOf(spec.volumeMode, VOLUME_MODES, SPEC.child('volumeMode'), findings);
}

function checkReclaim(spec: NonNullable<PersistentVolume['spec']>, findings: Findings): void {
  const path = SPEC.child('persistentVolumeReclaimPolicy');
  checkOneOf(spec.persistentVolumeReclaimPolicy, ['Delete', 'Recycle', 'Retain'], path, findings);
  if (spec.hostPath?.path && /^\/+$/.test(spec.hostPath.path) && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    findings.forbidden(path, 'it would empty the whole host');
  }
  checkNoBacksteps(spec.hostPath?.path ?? '', SPEC.child('hostPath', 'path'), findings);
}

function checkAccessModes(modes: readonly string[] | undefined, path: FieldPath, findings: Findings): void {
  if (!checkRequired(modes ?? [], path, findings)) return;
  for (const mode of modes ?? []) checkOneOf(mode, ACCESS_MODES, path, findings);
}

export function validatePersistentVolumeClaim({ spec = {} }: PersistentVolumeClaim, findings: Findings): void {
  checkAccessModes(spec.accessModes, SPEC.child('accessModes'), findings);
  validateLabelSelector(spec.selector, SPEC.child('selector'), findings);
  const size = parseQuantity(spec.resources?.requests?.storage ?? '');
  const path = SPEC.child('resources').key('storage');
  if (!size) findings.required(path, { fix: 'write resources.requests.storage: 1Gi' });
  else if (!isPositive(size)) findings.invalid(path, 'it must be greater than 0');
  if (spec.storageClassName)
    checkName(dns1123Subdomain, spec.storageClassName, SPEC.child('storageClassName'), findings);
  if (spec.volumeMode) checkOneOf(spec.volumeMode, VOLUME_MODES, SPEC.child('volumeMode'), findings);
}

export function validateStorageClass(storage: StorageClass, findings: Findings): void {
  const path = FieldPath.root('provisioner');
  if (checkRequired(storage.provisioner, path, findings)) {
    checkName((name) => qualifiedName(name.toLowerCase()), storage.provisioner ?? '', path, findings);
  }
  checkOneOf(storage.reclaimPolicy, ['Delete', 'Retain'], FieldPath.root('reclaimPolicy'), findings);
  checkOneOf(
    storage.volumeBindingMode,
    ['Immediate', 'WaitForFirstConsumer'],
    FieldPath.root('volumeBindingMode'),
    findings,
  );
  if (Object.hasOwn(storage.parameters ?? {}, ''))
    findings.invalid(FieldPath.root('parameters'), 'a parameter needs a name');
}
