import { configMapKey, dns1123Label, dns1123Subdomain } from '../../../model/kubernetes/names.ts';
import type { DownwardFile, KeyToPath, PersistentVolume, Volume, VolumeProjection } from '../api.ts';
import type { Findings } from '../findings.ts';
import type { FieldPath } from '../path.ts';
import type { Volumes } from './container.ts';
import { VOLUME_FIELDS, validateFieldRef, validateResourceFieldRef } from './references.ts';
import { quantitiesOf } from './resources.ts';
import {
  checkDescendingPath,
  checkFileMode,
  checkName,
  checkNoBacksteps,
  checkOneOf,
  checkRange,
  checkRequired,
} from './values.ts';

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

/** Order in which the server looks at the sources: all but the first are refused. */
const SOURCE_ORDER = [
  ...['emptyDir', 'hostPath', 'gitRepo', 'gcePersistentDisk', 'awsElasticBlockStore', 'secret', 'nfs', 'iscsi'],
  ...['glusterfs', 'flocker', 'persistentVolumeClaim', 'rbd', 'cinder', 'cephfs', 'quobyte', 'downwardAPI', 'fc'],
  ...['flexVolume', 'configMap', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk'],
  ...['storageos', 'projected', 'scaleIO', 'local', 'csi', 'ephemeral', 'image'],
] as const;

/** Fields that a source must have; the rest of the rules are below. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  hostPath: ['path'],
  gitRepo: ['repository'],
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  secret: ['secretName'],
  nfs: ['server', 'path'],
  iscsi: ['targetPortal', 'iqn'],
  glusterfs: ['endpoints', 'path'],
  persistentVolumeClaim: ['claimName'],
  rbd: ['monitors', 'image'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  quobyte: ['registry', 'volume'],
  flexVolume: ['driver'],
  configMap: ['name'],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  local: ['path'],
  csi: ['driver'],
};

/** Validates the volumes of a pod; those without a finding are what mounts can name. */
export function validateVolumes(volumes: readonly Volume[], path: FieldPath, findings: Findings): Volumes {
  const valid = new Map<string, Volume>();
  volumes.forEach((volume, i) => {
    const at = path.index(i);
    const before = findings.list.length;
    validateSource(volume, at, findings);
    const { name } = volume;
    if (checkRequired(name, at.child('name'), findings) && name) {
      checkName(dns1123Label, name, at.child('name'), findings);
      if (valid.has(name)) findings.duplicate(at.child('name'), name);
    }
    if (findings.list.length === before && name) valid.set(name, volume);
  });
  return valid;
}

type AnySource = Volume & NonNullable<PersistentVolume['spec']>;

function validateSource(volume: Volume, path: FieldPath, findings: Findings): void {
  if (validateSources(volume as AnySource, path, findings) === 0) {
    findings.required(path, 'a volume needs a source');
  }
}

/** @returns how many sources there are */
export function validateSources(sources: AnySource, path: FieldPath, findings: Findings): number {
  const present = SOURCE_ORDER.filter((name) => sources[name as keyof AnySource] !== undefined);
  present.forEach((name, i) => {
    if (i > 0) {
      findings.forbidden(path.child(name), {
        detail: `there is \`${present[0]}\` already`,
        why: 'a volume has one source',
      });
      return;
    }
    const at = name === 'gcePersistentDisk' ? path.renamed(name, 'persistentDisk') : path.child(name);
    const source = sources[name as keyof AnySource] as Readonly<Record<string, unknown>>;
    for (const field of NEEDED[name] ?? []) checkRequired(source[field], at.child(field), findings);
    RULES[name]?.(sources, at, findings);
  });
  return present.length;
}

function driverName(name: string): string[] {
  return [...(name.length > 63 ? ['must be no more than 63 characters'] : []), ...dns1123Subdomain(name.toLowerCase())];
}

type Rule = (sources: AnySource, path: FieldPath, findings: Findings) => void;

const RULES: Readonly<Record<string, Rule>> = {
  emptyDir: ({ emptyDir }, path, findings) => {
    for (const [, size] of quantitiesOf({ size: emptyDir?.sizeLimit })) {
      if (size.value < 0n) findings.forbidden(path.child('sizeLimit'), 'it must not be negative');
    }
  },
  hostPath: ({ hostPath }, path, findings) => {
    checkNoBacksteps(hostPath?.path ?? '', path.child('path'), findings);
    checkOneOf(hostPath?.type ?? '', HOST_PATH_TYPES, path.child('type'), findings);
  },
  gitRepo: ({ gitRepo }, path, findings) => {
    if (gitRepo?.directory) checkDescendingPath(gitRepo.directory, path.child('directory'), findings);
  },
  gcePersistentDisk: ({ gcePersistentDisk }, path, findings) => {
    checkRange(gcePersistentDisk?.partition ?? 0, 0, 255, path.child('partition'), findings);
  },
  awsElasticBlockStore: ({ awsElasticBlockStore }, path, findings) => {
    checkRange(awsElasticBlockStore?.partition ?? 0, 0, 255, path.child('partition'), findings);
  },
  nfs: ({ nfs }, path, findings) => {
    if (nfs?.path && !nfs.path.startsWith('/')) findings.invalid(path.child('path'), `${nfs.path} must be absolute`);
  },
  iscsi: ({ iscsi }, path, findings) => {
    const iqn = iscsi?.iqn ?? '';
    if (iqn && !/^(iqn\.|eui\.|naa\.)/.test(iqn)) findings.invalid(path.child('iqn'), `\`${iqn}\` is no iSCSI name`);
    checkRange(iscsi?.lun ?? 0, 0, 255, path.child('lun'), findings);
    if ((iscsi?.chapAuthDiscovery || iscsi?.chapAuthSession) && !iscsi.secretRef) {
      findings.required(path.child('secretRef'));
    }
  },
  flocker: ({ flocker }, path, findings) => {
    if (!flocker?.datasetName && !flocker?.datasetUUID) findings.required(path, 'datasetName or datasetUUID is needed');
    else if (flocker.datasetName && flocker.datasetUUID)
      findings.invalid(path, 'datasetName and datasetUUID exclude each other');
    if (flocker?.datasetName?.includes('/')) findings.invalid(path.child('datasetName'), "must not have '/' in it");
  },
  fc: ({ fc }, path, findings) => {
    if (!fc?.targetWWNs?.length && !fc?.wwids?.length) findings.required(path.child('targetWWNs'));
    else if (fc.targetWWNs?.length && fc.wwids?.length)
      findings.invalid(path.child('targetWWNs'), 'targetWWNs and wwids exclude each other');
    if (fc?.targetWWNs?.length && fc.lun === undefined) findings.required(path.child('lun'));
  },
  quobyte: ({ quobyte }, path, findings) => {
    if (quobyte?.registry?.split(',').some((host) => !/^[^:]+:[^:]+$/.test(host))) {
      findings.invalid(path.child('registry'), 'it is a list of HOST:PORT with commas between');
    }
  },
  azureDisk: ({ azureDisk }, path, findings) => {
    checkOneOf(azureDisk?.cachingMode, ['None', 'ReadOnly', 'ReadWrite'], path.child('cachingMode'), findings);
    checkOneOf(azureDisk?.kind, ['Dedicated', 'Managed', 'Shared'], path.child('kind'), findings);
    const isBlob = azureDisk?.diskURI?.startsWith('https://') ?? false;
    const isManaged = azureDisk?.diskURI?.startsWith('/subscriptions/') ?? false;
    if (azureDisk?.diskURI && !(azureDisk.kind === 'Managed' ? isManaged : isBlob)) {
      findings.unsupported(path.child('diskURI'), azureDisk.diskURI, ['/subscriptions/… (Managed)', 'https://…']);
    }
  },
  storageos: ({ storageos }, path, findings) => {
    checkRequired(storageos?.volumeName, path.child('volumeName'), findings);
  },
  local: ({ local }, path, findings) => {
    checkNoBacksteps(local?.path ?? '', path.child('path'), findings);
  },
  secret: ({ secret }, path, findings) => {
    checkFileMode(secret?.defaultMode, path.child('defaultMode'), findings);
    validateItems(secret?.items, path, findings);
  },
  configMap: ({ configMap }, path, findings) => {
    checkFileMode(configMap?.defaultMode, path.child('defaultMode'), findings);
    validateItems(configMap?.items, path, findings);
  },
  downwardAPI: ({ downwardAPI }, path, findings) => {
    checkFileMode(downwardAPI?.defaultMode, path.child('defaultMode'), findings);
    (downwardAPI?.items ?? []).forEach((file, i) => {
      validateDownwardFile(file, path.hidden('items').index(i, 'none'), findings);
    });
  },
  projected: ({ projected }, path, findings) => {
    checkFileMode(projected?.defaultMode, path.child('defaultMode'), findings);
    (projected?.sources ?? []).forEach((source, i) => {
      validateProjection(source, path.child('sources').index(i), findings);
    });
  },
  csi: ({ csi }, path, findings) => {
    if (csi?.driver) checkName(driverName, csi.driver, path.child('driver'), findings);
    if (csi?.nodePublishSecretRef)
      checkRequired(csi.nodePublishSecretRef.name, path.child('nodePublishSecretRef', 'name'), findings);
  },
  ephemeral: ({ ephemeral }, path, findings) => {
    checkRequired(ephemeral?.volumeClaimTemplate, path.child('volumeClaimTemplate'), findings);
  },
};

function validateItems(items: readonly KeyToPath[] | undefined, path: FieldPath, findings: Findings): void {
  (items ?? []).forEach((item, i) => {
    const at = path.child('items').index(i);
    if (checkRequired(item.key, at.child('key'), findings))
      checkName(configMapKey, item.key ?? '', at.child('key'), findings);
    validateItemPath(item.path, at.child('path'), findings);
    checkFileMode(item.mode, at.child('mode'), findings);
  });
}

function validateItemPath(value: string | undefined, path: FieldPath, findings: Findings): void {
  if (!checkRequired(value, path, findings) || value === undefined) return;
  checkDescendingPath(value, path, findings);
  if (value.startsWith('..') && !value.startsWith('../')) findings.invalid(path, "must not start with '..'");
}

/** The server's paths name no item here. */
function validateDownwardFile(file: DownwardFile, shown: FieldPath, findings: Findings): void {
  validateItemPath(file.path, shown.child('path'), findings);
  if (file.fieldRef) {
    validateFieldRef(file.fieldRef, VOLUME_FIELDS, shown.child('fieldRef'), findings);
    if (file.resourceFieldRef) findings.invalid(shown, 'fieldRef and resourceFieldRef exclude each other');
  } else if (file.resourceFieldRef) {
    validateResourceFieldRef(file.resourceFieldRef, shown.child('resourceFieldRef'), true, findings);
  } else findings.required(shown, 'one of fieldRef and resourceFieldRef is needed');
  checkFileMode(file.mode, shown.child('mode'), findings);
}

function validateProjection(source: VolumeProjection, path: FieldPath, findings: Findings): void {
  const kinds = (['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle'] as const).filter(
    (kind) => source[kind] !== undefined,
  );
  kinds.slice(1).forEach((kind) => {
    findings.forbidden(path.child(kind), 'a projected source has one kind');
  });
  if (kinds.length === 0) findings.required(path, 'a projected source needs a kind');
  for (const kind of ['secret', 'configMap'] as const) {
    const part = source[kind];
    if (!part) continue;
    checkRequired(part.name, path.child(kind, 'name'), findings);
    validateItems(part.items, path.child(kind), findings);
  }
  (source.downwardAPI?.items ?? []).forEach((file, i) => {
    validateDownwardFile(file, path.child('downwardAPI').hidden('items').index(i, 'none'), findings);
  });
  const token = source.serviceAccountToken;
  if (!token) return;
  if ((token.expirationSeconds ?? 3600) < 600) {
    findings.invalid(path.child('serviceAccountToken', 'expirationSeconds'), 'ten minutes are the least');
  }
  checkRequired(token.path, path.child('serviceAccountToken', 'path'), findings);
}
