import { dns1123Label, dns1123Subdomain, ipAddress, qualifiedName } from '../../../model/kubernetes/names.ts';
import type { Endpoints, Service, ServicePort } from '../api.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import { PROTOCOLS } from './container.ts';
import { validateLabels } from './metadata.ts';
import { checkCidr, checkName, checkOneOf, checkPort, checkPortNumber, checkRange, checkRequired } from './values.ts';

const SPEC = FieldPath.root('spec');
const PORTS = SPEC.child('ports');
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const KUBELET_PORT = 10_250;
const DAY = 86_400;

type Spec = NonNullable<Service['spec']>;

export function validateService({ metadata, spec: written = {} }: Service, findings: Findings): void {
  const spec = withAddresses(written);
  const isHeadless = spec.clusterIP === 'None';
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !isHeadless && spec.type !== 'ExternalName') {
    findings.required(PORTS, { fix: 'list the ports, or write clusterIP: None for a service without any' });
  }
  validateType(spec, isHeadless, findings);
  validatePorts(spec, findings);
  validateLabels(spec.selector, SPEC.child('selector'), findings);
  validateAffinity(spec, findings);
  validateFamilies(spec, findings);
  validateAddresses(spec, findings);
  checkOneOf(spec.type, TYPES, SPEC.child('type'), findings);
  validateSourceRanges(spec, metadata?.annotations ?? {}, findings);
  validateTrafficPolicy(spec, findings);
}

/** The server fills in the list of addresses from the single one before it validates. */
function withAddresses(spec: Spec): Spec {
  return spec.clusterIP !== undefined && spec.clusterIPs === undefined
    ? { ...spec, clusterIPs: [spec.clusterIP] }
    : spec;
}

function validateType(spec: Spec, isHeadless: boolean, findings: Findings): void {
  const address = SPEC.child('clusterIPs').index(0);
  if (isHeadless && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    findings.invalid(address, `a service of type ${spec.type} cannot have clusterIP: None`);
  }
  if (spec.type === 'LoadBalancer') {
    (spec.ports ?? []).forEach(({ port }, i) => {
      if (port === KUBELET_PORT)
        findings.invalid(PORTS.index(i), 'port 10250 is the kubelet and must not be published');
    });
  }
  if (spec.type !== 'ExternalName') return;
  if ((spec.clusterIPs ?? []).length > 0)
    findings.forbidden(SPEC.child('clusterIPs'), 'an ExternalName service has no address');
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') findings.required(SPEC.child('externalName'));
  else checkName(dns1123Subdomain, name, SPEC.child('externalName'), findings);
}

function validatePorts(spec: Spec, findings: Findings): void {
  const ports = spec.ports ?? [];
  const names = new Set<string>();
  ports.forEach((port, i) => {
    validatePort(port, ports.length > 1, names, PORTS.index(i), findings);
  });
  if (spec.type === 'ClusterIP') {
    ports.forEach(({ nodePort }, i) => {
      if (nodePort)
        findings.forbidden(PORTS.index(i).child('nodePort'), {
          detail: 'a ClusterIP service has no node port',
          fix: 'write type: NodePort',
        });
    });
  }
  reportTwice(
    ports,
    ({ nodePort, protocol }) => (nodePort ? `${protocol}/${nodePort}` : undefined),
    (i) => PORTS.index(i).child('nodePort'),
    findings,
  );
  reportTwice(
    ports,
    ({ port, protocol }) => `${protocol}/${port}`,
    (i) => PORTS.index(i),
    findings,
  );
}

function validatePort(
  port: ServicePort,
  needsName: boolean,
  names: Set<string>,
  path: FieldPath,
  findings: Findings,
): void {
  if (port.name) {
    checkName(dns1123Label, port.name, path.child('name'), findings);
    if (names.has(port.name)) findings.duplicate(path.child('name'), port.name);
    names.add(port.name);
  } else if (needsName) findings.required(path.child('name'), 'ports of a service with several need names');
  checkPortNumber(port.port, path.child('port'), findings);
  checkOneOf(port.protocol, PROTOCOLS, path.child('protocol'), findings);
  checkPort(port.targetPort, path.child('targetPort'), findings);
  if (port.appProtocol) checkName(qualifiedName, port.appProtocol, path.child('appProtocol'), findings);
}

function reportTwice(
  ports: readonly ServicePort[],
  key: (port: ServicePort) => string | undefined,
  path: (index: number) => FieldPath,
  findings: Findings,
): void {
  const seen = new Set<string>();
  ports.forEach((port, i) => {
    const found = key(port);
    if (found === undefined) return;
    if (seen.has(found)) findings.duplicate(path(i), found);
    seen.add(found);
  });
}

function validateFamilies({ ipFamilies = [], ipFamilyPolicy }: Spec, findings: Findings): void {
  ipFamilies.forEach((family, i) => {
    const path = SPEC.child('ipFamilies').index(i);
    checkOneOf(family, ['IPv4', 'IPv6'], path, findings);
    if (ipFamilies.indexOf(family) < i) findings.duplicate(path, family);
  });
  if (ipFamilyPolicy !== undefined)
    checkOneOf(
      ipFamilyPolicy,
      ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
      SPEC.child('ipFamilyPolicy'),
      findings,
    );
}

function validateAffinity(spec: Spec, findings: Findings): void {
  checkOneOf(spec.sessionAffinity, ['ClientIP', 'None'], SPEC.child('sessionAffinity'), findings);
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (spec.sessionAffinity === 'ClientIP' && seconds !== undefined) {
    checkRange(seconds, 1, DAY, SPEC.child('sessionAffinityConfig', 'clientIP', 'timeoutSeconds'), findings);
  }
}

function validateAddresses(spec: Spec, findings: Findings): void {
  if (spec.type !== 'ExternalName') {
    (spec.clusterIPs ?? []).forEach((address, i) => {
      if (address !== 'None' || i > 0) checkName(ipAddress, address, SPEC.child('clusterIPs').index(i), findings);
    });
    const first = spec.clusterIPs?.[0];
    if (spec.clusterIP && first !== undefined && first !== spec.clusterIP) {
      findings.invalid(SPEC.child('clusterIPs'), 'the first must be clusterIP');
    }
  }
  (spec.externalIPs ?? []).forEach((address, i) => {
    const path = SPEC.child('externalIPs').index(i);
    if (ipAddress(address).length > 0) checkName(ipAddress, address, path, findings);
    else checkUsableAddress(address, path, findings);
  });
}

function checkUsableAddress(address: string, path: FieldPath, findings: Findings): void {
  if (address === '0.0.0.0' || address === '::') findings.invalid(path, 'the address means no host in particular');
  if (/^127\./.test(address) || address === '::1') findings.invalid(path, 'the address is a loopback one');
  if (/^169\.254\./.test(address) || /^fe[89ab]/i.test(address)) findings.invalid(path, 'the address is link-local');
  if (/^224\.0\.0\./.test(address) || /^ff02:/i.test(address)) findings.invalid(path, 'the address is a multicast one');
}

const RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';

function validateSourceRanges(
  spec: Spec,
  annotations: Readonly<Record<string, string | undefined>>,
  findings: Findings,
): void {
  const annotated = annotations[RANGES_ANNOTATION];
  const own = spec.loadBalancerSourceRanges ?? [];
  if (own.length === 0 && annotated === undefined) return;
  const path =
    own.length > 0
      ? SPEC.child('loadBalancerSourceRanges')
      : FieldPath.root('metadata').child('annotations').key(RANGES_ANNOTATION);
  if (spec.type !== 'LoadBalancer') findings.forbidden(path, 'only a service of type LoadBalancer has it');
  const ranges = own.length > 0 ? own : (annotated ?? '').split(',').filter((range) => range.trim() !== '');
  for (const range of ranges) checkCidr(range.trim(), path, findings);
}

function validateTrafficPolicy(spec: Spec, findings: Findings): void {
  const isPublished = spec.type === 'LoadBalancer' || spec.type === 'NodePort';
  const external = SPEC.child('externalTrafficPolicy');
  if (spec.externalTrafficPolicy && !['Cluster', 'Local'].includes(spec.externalTrafficPolicy)) {
    findings.invalid(external, 'it must be Cluster or Local');
  }
  if (spec.externalTrafficPolicy && !isPublished) {
    findings.invalid(external, 'only services of type NodePort and LoadBalancer have it');
  }
  const needsCheck = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  if (spec.healthCheckNodePort && !needsCheck) {
    findings.invalid(SPEC.child('healthCheckNodePort'), 'only a LoadBalancer with externalTrafficPolicy: Local has it');
  }
  if (spec.internalTrafficPolicy) {
    checkOneOf(spec.internalTrafficPolicy, ['Cluster', 'Local'], SPEC.child('internalTrafficPolicy'), findings);
  }
}

export function validateEndpoints({ subsets = [] }: Endpoints, findings: Findings): void {
  subsets.forEach((subset, i) => {
    const path = FieldPath.root('subsets').index(i);
    const addresses = [...(subset.addresses ?? []), ...(subset.notReadyAddresses ?? [])];
    if (addresses.length === 0) findings.required(path, 'addresses or notReadyAddresses are needed');
    (subset.addresses ?? []).forEach((address, j) => {
      const at = path.child('addresses').index(j).child('ip');
      if (ipAddress(address.ip ?? '').length > 0) checkName(ipAddress, address.ip ?? '', at, findings);
      else checkUsableAddress(address.ip ?? '', at, findings);
    });
    (subset.ports ?? []).forEach((port, j) => {
      const at = path.child('ports').index(j);
      if (port.name) checkName(dns1123Label, port.name, at.child('name'), findings);
      else if ((subset.ports ?? []).length > 1) checkRequired(port.name, at.child('name'), findings);
      checkPortNumber(port.port, at.child('port'), findings);
      checkOneOf(port.protocol, PROTOCOLS, at.child('protocol'), findings);
    });
  });
}
