import { dns1123Label, portName } from '../../../model/kubernetes/names.ts';
import type { Container, Volume, VolumeMount } from '../api.ts';
import type { Findings } from '../findings.ts';
import type { FieldPath } from '../path.ts';
import { validateLifecycle, validateProbes } from './probes.ts';
import { validateEnv, validateEnvFrom } from './references.ts';
import { validateResources } from './resources.ts';
import { validateSecurityContext } from './security.ts';
import { checkDescendingPath, checkName, checkOneOf, checkPortNumber, checkRequired } from './values.ts';

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** Volumes of the pod that are valid themselves, by name. */
export type Volumes = ReadonlyMap<string, Volume>;

export function validateContainers(
  containers: readonly Container[],
  volumes: Volumes,
  path: FieldPath,
  findings: Findings,
): void {
  if (!checkRequired(containers, path, findings)) return;
  const names = new Set<string>();
  containers.forEach((container, i) => {
    validateContainerName(container, names, path.index(i), findings);
    validateContainer(container, volumes, path.index(i), findings);
  });
  checkHostPorts(containers, path, findings);
}

/** Init containers: names must differ from the main ones too, and only sidecars may have probes and hooks. */
export function validateInitContainers(
  containers: readonly Container[],
  others: readonly Container[],
  volumes: Volumes,
  path: FieldPath,
  findings: Findings,
): void {
  const names = new Set(others.flatMap(({ name }) => (name ? [name] : [])));
  containers.forEach((container, i) => {
    const at = path.index(i);
    validateContainerName(container, names, at, findings);
    validateContainer(container, volumes, at, findings);
    if (container.restartPolicy !== 'Always') refuseForInit(container, at, findings);
    checkHostPorts([container], path, findings);
  });
}

const NOT_FOR_INIT = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

function refuseForInit(container: Container, path: FieldPath, findings: Findings): void {
  for (const field of NOT_FOR_INIT) {
    if (container[field] !== undefined) {
      findings.invalid(path.child(field), {
        detail: 'an init container cannot have it',
        fix: 'a sidecar can: set restartPolicy: Always',
      });
    }
  }
}

function validateContainerName({ name }: Container, names: Set<string>, path: FieldPath, findings: Findings): void {
  const at = path.child('name');
  if (!checkRequired(name, at, findings) || name === undefined) return;
  checkName(dns1123Label, name, at, findings);
  if (names.has(name)) findings.duplicate(at, name);
  names.add(name);
}

function validateContainer(container: Container, volumes: Volumes, path: FieldPath, findings: Findings): void {
  if (!container.image) {
    findings.required(path.child('image'), { fix: 'name the image: `image: nginx:1.27`' });
  }
  if (container.lifecycle) validateLifecycle(container.lifecycle, path.child('lifecycle'), findings);
  validateProbes(container, path, findings);
  checkOneOf(
    container.terminationMessagePolicy,
    ['FallbackToLogsOnError', 'File'],
    path.child('terminationMessagePolicy'),
    findings,
  );
  validatePorts(container, path.child('ports'), findings);
  validateEnv(container.env ?? [], path.child('env'), findings);
  validateEnvFrom(container.envFrom ?? [], path.child('envFrom'), findings);
  validateMounts(container, volumes, path.child('volumeMounts'), findings);
  validateDevices(container, volumes, path.child('volumeDevices'), findings);
  checkOneOf(container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], path.child('imagePullPolicy'), findings);
  validateResources(container.resources, path.child('resources'), findings);
  validateSecurityContext(container.securityContext, path.child('securityContext'), findings);
}

function validatePorts({ ports = [] }: Container, path: FieldPath, findings: Findings): void {
  const names = new Set<string>();
  ports.forEach((port, i) => {
    const at = path.index(i);
    if (port.name) {
      checkName(portName, port.name, at.child('name'), findings);
      if (portName(port.name).length === 0 && names.has(port.name)) findings.duplicate(at.child('name'), port.name);
      names.add(port.name);
    }
    if (port.containerPort === undefined || port.containerPort === 0) findings.required(at.child('containerPort'));
    else checkPortNumber(port.containerPort, at.child('containerPort'), findings);
    if (port.hostPort) checkPortNumber(port.hostPort, at.child('hostPort'), findings);
    checkOneOf(port.protocol, PROTOCOLS, at.child('protocol'), findings);
  });
}

function checkHostPorts(containers: readonly Container[], path: FieldPath, findings: Findings): void {
  const taken = new Set<string>();
  containers.forEach((container, i) => {
    (container.ports ?? []).forEach((port, j) => {
      if (!port.hostPort) return;
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) findings.duplicate(path.index(i).child('ports').index(j).child('hostPort'), port.hostPort);
      taken.add(key);
    });
  });
}

function validateMounts(container: Container, volumes: Volumes, path: FieldPath, findings: Findings): void {
  const paths = new Set<string>();
  const devices = new Set((container.volumeDevices ?? []).map(({ name }) => name));
  (container.volumeMounts ?? []).forEach((mount, i) => {
    const at = path.index(i);
    checkRequired(mount.name, at.child('name'), findings);
    if (!volumes.has(mount.name ?? '')) findings.notFound(at.child('name'), noVolume(mount.name, volumes));
    checkRequired(mount.mountPath, at.child('mountPath'), findings);
    if (paths.has(mount.mountPath ?? '')) findings.invalid(at.child('mountPath'), `${mount.mountPath} must be unique`);
    if (devices.has(mount.name)) findings.invalid(at.child('name'), 'the volume is already a device of this container');
    paths.add(mount.mountPath ?? '');
    validateMountOptions(mount, container, path.index(i, 'none'), at, findings);
  });
}

function validateMountOptions(
  mount: VolumeMount,
  container: Container,
  bare: FieldPath,
  path: FieldPath,
  findings: Findings,
): void {
  if (mount.subPath) checkDescendingPath(mount.subPath, bare.child('subPath'), findings);
  if (mount.subPathExpr) {
    if (mount.subPath) findings.invalid(path.child('subPathExpr'), 'subPath and subPathExpr exclude each other');
    checkDescendingPath(mount.subPathExpr, bare.child('subPathExpr'), findings);
  }
  if (!mount.mountPropagation) return;
  const at = bare.child('mountPropagation');
  checkOneOf(mount.mountPropagation, ['Bidirectional', 'HostToContainer', 'None'], at, findings);
  if (mount.mountPropagation === 'Bidirectional' && !container.securityContext?.privileged) {
    findings.forbidden(at, 'Bidirectional needs a privileged container');
  }
}

function validateDevices(container: Container, volumes: Volumes, path: FieldPath, findings: Findings): void {
  const names = new Set<string | undefined>();
  (container.volumeDevices ?? []).forEach((device, i) => {
    const at = path.index(i);
    const volume = volumes.get(device.name ?? '');
    checkRequired(device.name, at.child('name'), findings);
    if (names.has(device.name)) findings.invalid(at.child('name'), 'the volume is already a device');
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      findings.invalid(at.child('name'), 'only a persistentVolumeClaim can be a block device');
    } else if (!volume) findings.notFound(at.child('name'), noVolume(device.name, volumes));
    if (checkRequired(device.devicePath, at.child('devicePath'), findings) && device.devicePath?.includes('..')) {
      findings.invalid(at.child('devicePath'), "must not have '..' in it");
    }
    names.add(device.name);
  });
}

function noVolume(name: string | undefined, volumes: Volumes): { detail: string; why?: string } {
  const known = [...volumes.keys()];
  return {
    detail: `no volume is called \`${name ?? ''}\``,
    why: known.length > 0 ? `the pod has ${known.join(', ')}` : 'the pod has no volumes',
  };
}
