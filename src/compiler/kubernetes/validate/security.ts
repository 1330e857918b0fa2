import type { Container, PodSpec, SecurityContext } from '../api.ts';
import type { Findings } from '../findings.ts';
import type { FieldPath } from '../path.ts';
import { checkOneOf, checkRequired, checkUserId } from './values.ts';

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

export function validateSecurityContext(
  context: SecurityContext | undefined,
  path: FieldPath,
  findings: Findings,
): void {
  if (!context) return;
  checkUserId(context.runAsUser, path.child('runAsUser'), findings);
  checkUserId(context.runAsGroup, path.child('runAsGroup'), findings);
  validateSeccomp(context.seccompProfile, path.child('seccompProfile'), findings);
  if (context.procMount) checkOneOf(context.procMount, ['Default', 'Unmasked'], path.child('procMount'), findings);
  if (context.allowPrivilegeEscalation !== false) return;
  if (context.privileged) findings.invalid(path, 'privileged cannot go with allowPrivilegeEscalation: false');
  if (context.capabilities?.add?.some((name) => name === 'CAP_SYS_ADMIN')) {
    findings.invalid(path, 'CAP_SYS_ADMIN cannot go with allowPrivilegeEscalation: false');
  }
}

export function validatePodSecurity(spec: PodSpec, path: FieldPath, findings: Findings): void {
  if (spec.hostNetwork) checkHostNetworkPorts(spec.containers ?? [], path.child('containers'), findings);
  const at = path.child('securityContext');
  const context = spec.securityContext ?? {};
  checkUserId(context.fsGroup, at.child('fsGroup'), findings);
  checkUserId(context.runAsUser, at.child('runAsUser'), findings);
  checkUserId(context.runAsGroup, at.child('runAsGroup'), findings);
  (context.supplementalGroups ?? []).forEach((group, i) => {
    checkUserId(group, at.child('supplementalGroups').index(i), findings);
  });
  if (spec.shareProcessNamespace && spec.hostPID) {
    findings.invalid(at.child('shareProcessNamespace'), 'shareProcessNamespace and hostPID exclude each other');
  }
  validateSysctls(context.sysctls ?? [], at.child('sysctls'), findings);
  if (context.fsGroupChangePolicy) {
    checkOneOf(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], at.child('fsGroupChangePolicy'), findings);
  }
  validateSeccomp(context.seccompProfile, at.child('seccompProfile'), findings);
}

function checkHostNetworkPorts(containers: readonly Container[], path: FieldPath, findings: Findings): void {
  containers.forEach((container, i) => {
    (container.ports ?? []).forEach((port, j) => {
      if (port.hostPort === port.containerPort) return;
      const at = path.index(i).child('ports').index(j).child('containerPort');
      findings.invalid(at, `${port.containerPort} must equal hostPort, because the pod uses the host's network`);
    });
  });
}

function validateSysctls(
  sysctls: readonly { name?: string; value?: string }[],
  path: FieldPath,
  findings: Findings,
): void {
  const names = new Set<string>();
  sysctls.forEach(({ name = '' }, i) => {
    const at = path.index(i).child('name');
    if (!checkRequired(name, at, findings)) return;
    if (!SYSCTL.test(name) || name.length > 253) findings.invalid(at, `\`${name}\` is no name of a kernel setting`);
    else if (names.has(name)) findings.duplicate(at, name);
    names.add(name);
  });
}

function validateSeccomp(
  profile: { type?: string; localhostProfile?: string } | undefined,
  path: FieldPath,
  findings: Findings,
): void {
  if (!profile) return;
  if (!checkRequired(profile.type, path.child('type'), findings)) return;
  checkOneOf(profile.type, ['Localhost', 'RuntimeDefault', 'Unconfined'], path.child('type'), findings);
  if (profile.type === 'Localhost') checkRequired(profile.localhostProfile, path.child('localhostProfile'), findings);
  else if (profile.localhostProfile) {
    findings.invalid(path.child('localhostProfile'), 'only a profile of type Localhost has it');
  }
}
