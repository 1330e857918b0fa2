import { dns1123Label, dns1123Subdomain, ipAddress } from '../../../model/kubernetes/names.ts';
import type { Container, Pod, PodSpec, PodTemplateSpec } from '../api.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import { validateContainers, validateInitContainers } from './container.ts';
import { validateAnnotations, validateLabels } from './metadata.ts';
import { validateAffinity, validateTolerations, validateTopologySpread } from './scheduling.ts';
import { validatePodSecurity } from './security.ts';
import { checkDescendingPath, checkName, checkOneOf, checkRange } from './values.ts';
import { validateVolumes } from './volumes.ts';

const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const NAMESERVERS_MAX = 3;
const SEARCHES_MAX = 32;
const SEARCH_TEXT_MAX = 2048;
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

export function validatePod(pod: Pod, findings: Findings): void {
  const spec = pod.spec ?? {};
  const path = FieldPath.root('spec');
  validatePodAnnotations(pod.metadata?.annotations, spec, FieldPath.root('metadata').child('annotations'), findings);
  validatePodSpec(spec, path, findings);
  if (!spec.serviceAccountName) refuseTokens(spec, path, findings);
  for (const field of ['containers', 'initContainers'] as const) {
    (spec[field] ?? []).forEach((container, i) => {
      checkImageBlanks(container, path.child(field).index(i), findings);
    });
  }
}

function refuseTokens(spec: PodSpec, path: FieldPath, findings: Findings): void {
  (spec.volumes ?? []).forEach((volume, i) => {
    (volume.projected?.sources ?? []).forEach((source, j) => {
      if (!source.serviceAccountToken) return;
      const at = path.child('volumes').index(i).child('projected', 'sources').index(j);
      findings.forbidden(at.child('serviceAccountToken'), 'the pod names no serviceAccountName');
    });
  });
}

function checkImageBlanks({ image = '' }: Container, path: FieldPath, findings: Findings): void {
  if (image !== image.trim()) findings.invalid(path.child('image'), 'there are blanks before or after it');
}

export function validateTemplate(template: PodTemplateSpec, path: FieldPath, findings: Findings): void {
  const spec = template.spec ?? {};
  validateLabels(template.metadata?.labels, path.child('labels'), findings);
  validateAnnotations(template.metadata?.annotations, path.child('annotations'), findings);
  validatePodAnnotations(template.metadata?.annotations, spec, path.child('annotations'), findings);
  validatePodSpec(spec, path.child('spec'), findings);
}

function validatePodAnnotations(
  annotations: Readonly<Record<string, string | undefined>> | undefined,
  spec: PodSpec,
  path: FieldPath,
  findings: Findings,
): void {
  const names = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name));
  for (const [key, value = ''] of Object.entries(annotations ?? {})) {
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER)) checkSeccomp(value, path.child(key), findings);
    if (!key.startsWith(APPARMOR)) continue;
    if (!names.has(key.slice(APPARMOR.length))) findings.invalid(path.key(key), 'the pod has no such container');
    if (!/^(|runtime\/default|unconfined|localhost\/.+)$/.test(value)) {
      findings.invalid(path.key(key), `\`${value}\` is no AppArmor profile`);
    }
  }
}

function checkSeccomp(profile: string, path: FieldPath, findings: Findings): void {
  if (profile.startsWith('localhost/')) checkDescendingPath(profile.slice('localhost/'.length), path, findings);
  else if (!/^(runtime\/default|docker\/default|unconfined)$/.test(profile)) {
    findings.invalid(path, `\`${profile}\` is no seccomp profile`);
  }
}

export function validatePodSpec(spec: PodSpec, path: FieldPath, findings: Findings): void {
  const volumes = validateVolumes(spec.volumes ?? [], path.child('volumes'), findings);
  validateContainers(spec.containers ?? [], volumes, path.child('containers'), findings);
  validateInitContainers(
    spec.initContainers ?? [],
    spec.containers ?? [],
    volumes,
    path.child('initContainers'),
    findings,
  );
  if ((spec.ephemeralContainers ?? []).length > 0) {
    findings.forbidden(path.child('ephemeralContainers'), 'they are added to running pods only');
  }
  checkOneOf(spec.restartPolicy, RESTART_POLICIES, path.child('restartPolicy'), findings);
  checkOneOf(spec.dnsPolicy, DNS_POLICIES, path.child('dnsPolicy'), findings);
  validateLabels(spec.nodeSelector, path.child('nodeSelector'), findings);
  validatePodSecurity(spec, path, findings);
  validateAffinity(spec.affinity, path.child('affinity'), findings);
  validateDns(spec, path.child('dnsConfig'), findings);
  validateTopologySpread(spec.topologySpreadConstraints ?? [], path.child('topologySpreadConstraints'), findings);
  validateNames(spec, path, findings);
  if (spec.activeDeadlineSeconds !== undefined) {
    checkRange(spec.activeDeadlineSeconds, 1, 2 ** 31 - 1, path.child('activeDeadlineSeconds'), findings);
  }
  validateTolerations(spec.tolerations ?? [], path.child('tolerations'), findings);
  validateHostAliases(spec, path.child('hostAliases'), findings);
  if (spec.preemptionPolicy) {
    checkOneOf(spec.preemptionPolicy, ['Never', 'PreemptLowerPriority'], path.child('preemptionPolicy'), findings);
  }
}

function validateNames(spec: PodSpec, path: FieldPath, findings: Findings): void {
  for (const field of ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'] as const) {
    const name = spec[field];
    if (name) checkName(dns1123Subdomain, name, path.child(field), findings);
  }
  for (const field of ['hostname', 'subdomain'] as const) {
    const name = spec[field];
    if (name) checkName(dns1123Label, name, path.child(field), findings);
  }
}

function validateDns({ dnsPolicy, dnsConfig }: PodSpec, path: FieldPath, findings: Findings): void {
  if (dnsPolicy === 'None' && !dnsConfig) {
    findings.required(path, 'dnsPolicy None needs it');
    return;
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    findings.required(path.child('nameservers'), 'dnsPolicy None needs at least one');
    return;
  }
  if (nameservers.length > NAMESERVERS_MAX)
    findings.invalid(path.child('nameservers'), `${NAMESERVERS_MAX} are the most`);
  nameservers.forEach((server, i) => {
    checkName(ipAddress, server, path.child('nameservers').index(i), findings);
  });
  if (searches.length > SEARCHES_MAX) findings.invalid(path.child('searches'), `${SEARCHES_MAX} are the most`);
  if (searches.join(' ').length > SEARCH_TEXT_MAX)
    findings.invalid(path.child('searches'), 'together they are too long');
  searches.forEach((search, i) => {
    checkName((value) => dns1123Subdomain(value.replace(/\.$/, '')), search, path.child('searches').index(i), findings);
  });
  options.forEach((option, i) => {
    if (!option.name) findings.required(path.child('options').index(i));
  });
}

/** The server names no index here. */
function validateHostAliases({ hostAliases = [] }: PodSpec, path: FieldPath, findings: Findings): void {
  hostAliases.forEach((alias, i) => {
    const at = path.index(i, 'none');
    checkName(ipAddress, alias.ip ?? '', at.child('ip'), findings);
    for (const name of alias.hostnames ?? []) checkName(dns1123Subdomain, name, at.child('hostnames'), findings);
  });
}
