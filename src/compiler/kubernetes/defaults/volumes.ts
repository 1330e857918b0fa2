import type { DownwardFile, PersistentVolume, PersistentVolumeClaimSpec, Volume } from '../api.ts';
import { defaultFieldRef, defaultResourceFieldRef } from './fields.ts';
import { roundResources } from './resources.ts';

const FILE_MODE = 0o644;

/** A pod's volume: one without a source is an emptyDir. */
export function defaultVolume(volume: Volume): void {
  if (!Object.entries(volume).some(([field, value]) => field !== 'name' && value !== undefined)) volume.emptyDir = {};
  for (const source of [volume.configMap, volume.secret, volume.downwardAPI, volume.projected]) {
    if (source) source.defaultMode ??= FILE_MODE;
  }
  volume.downwardAPI?.items?.forEach(defaultDownwardFile);
  for (const projection of volume.projected?.sources ?? []) {
    if (projection.serviceAccountToken) projection.serviceAccountToken.expirationSeconds ??= 3600;
    projection.downwardAPI?.items?.forEach(defaultDownwardFile);
  }
  defaultSources(volume);
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
  if (claim) defaultClaimSpec(claim);
}

function defaultDownwardFile(file: DownwardFile): void {
  defaultFieldRef(file.fieldRef);
  defaultResourceFieldRef(file.resourceFieldRef);
}

type Sources = Pick<Volume, 'hostPath' | 'iscsi' | 'rbd' | 'azureDisk' | 'scaleIO'>;

function defaultSources(sources: Sources): void {
  if (sources.hostPath) sources.hostPath.type ??= '';
  if (sources.iscsi) sources.iscsi.iscsiInterface ??= 'default';
  const { rbd, azureDisk, scaleIO } = sources;
  if (rbd) {
    rbd.pool ??= 'rbd';
    rbd.user ??= 'admin';
    rbd.keyring ??= '/etc/ceph/keyring';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.kind ??= 'Shared';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
  }
  if (scaleIO) {
    scaleIO.storageMode ??= 'ThinProvisioned';
    scaleIO.fsType ??= 'xfs';
  }
}

export function defaultPersistentVolume(volume: PersistentVolume): void {
  const spec = volume.spec;
  if (!spec) {
    volume.spec = { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' };
    return;
  }
  spec.persistentVolumeReclaimPolicy ??= 'Retain';
  spec.volumeMode ??= 'Filesystem';
  roundResources(spec.capacity);
  defaultSources(spec);
}

export function defaultClaimSpec(spec: PersistentVolumeClaimSpec): void {
  spec.volumeMode ??= 'Filesystem';
  roundResources(spec.resources?.limits);
  roundResources(spec.resources?.requests);
}
