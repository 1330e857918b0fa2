import {
  dns1035Label,
  dns1123Subdomain,
  ipAddress,
  portName,
  portNumber,
  wildcardDns1123Subdomain,
} from '../../../model/kubernetes/names.ts';
import type { BackendV1beta1, Ingress, IngressClass, IngressV1beta1 } from '../api.ts';
import type { Findings } from '../findings.ts';
import { FieldPath } from '../path.ts';
import { pathSegment } from './metadata.ts';
import { checkName, checkOneOf, checkPort, checkRequired } from './values.ts';

const SPEC = FieldPath.root('spec');
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDINGS = ['/..', '/.'];

type Spec = NonNullable<Ingress['spec']>;
type Backend = NonNullable<Spec['defaultBackend']>;
type CheckBackend<B> = (backend: B, path: FieldPath, findings: Findings) => void;

export function validateIngress(ingress: Ingress, findings: Findings): void {
  const spec = ingress.spec ?? {};
  if (spec.defaultBackend) validateBackend(spec.defaultBackend, SPEC.child('defaultBackend'), findings);
  else if ((spec.rules ?? []).length === 0) findings.invalid(SPEC, 'it needs rules or a defaultBackend');
  validateRest(ingress.metadata?.annotations, spec, validateBackend, false, findings);
}

export function validateOldIngress(ingress: IngressV1beta1, findings: Findings): void {
  const spec = ingress.spec ?? {};
  if (spec.backend) validateOldBackend(spec.backend, SPEC.child('backend'), findings);
  else if ((spec.rules ?? []).length === 0) findings.invalid(SPEC, 'it needs rules or a backend');
  validateRest(ingress.metadata?.annotations, spec, validateOldBackend, true, findings);
}

interface AnySpec<B> {
  ingressClassName?: string;
  tls?: { hosts?: string[]; secretName?: string }[];
  rules?: { host?: string; http?: { paths?: AnyPath<B>[] } }[];
}

interface AnyPath<B> {
  path?: string;
  pathType?: string;
  backend?: B;
}

/** The older versions look neither at rules under a wildcard nor at the names of TLS secrets. */
function validateRest<B extends object>(
  annotations: Readonly<Record<string, string | undefined>> | undefined,
  spec: AnySpec<B>,
  checkBackend: CheckBackend<B>,
  isOld: boolean,
  findings: Findings,
): void {
  (spec.rules ?? []).forEach((rule, i) => {
    const path = SPEC.child('rules').index(i);
    const isWildcard = rule.host !== undefined && checkHost(rule.host, path.child('host'), findings);
    if (rule.http && !(isWildcard && isOld)) {
      validatePaths(rule.http.paths ?? [], path.child('http', 'paths'), checkBackend, findings);
    }
  });
  (spec.tls ?? []).forEach((tls, i) => {
    const path = SPEC.child('tls').index(i);
    (tls.hosts ?? []).forEach((host, j) => {
      checkDnsHost(host, path.child('hosts').index(j), findings);
    });
    if (tls.secretName && !isOld) checkName(dns1123Subdomain, tls.secretName, path.child('secretName'), findings);
  });
  if (!spec.ingressClassName) return;
  checkName(dns1123Subdomain, spec.ingressClassName, SPEC.child('ingressClassName'), findings);
  if (annotations?.[CLASS_ANNOTATION] !== undefined) {
    findings.invalid(FieldPath.root('annotations').child(CLASS_ANNOTATION), 'it excludes spec.ingressClassName');
  }
}

/** @returns whether the host has a wildcard */
function checkHost(host: string, path: FieldPath, findings: Findings): boolean {
  if (ipAddress(host).length === 0) findings.invalid(path, `${host} must be a DNS name, not an address`);
  checkDnsHost(host, path, findings);
  return host.includes('*');
}

function checkDnsHost(host: string, path: FieldPath, findings: Findings): void {
  checkName(host.includes('*') ? wildcardDns1123Subdomain : dns1123Subdomain, host, path, findings);
}

function validatePaths<B extends object>(
  paths: readonly AnyPath<B>[],
  path: FieldPath,
  checkBackend: CheckBackend<B>,
  findings: Findings,
): void {
  if (paths.length === 0) findings.required(path);
  paths.forEach((rule, i) => {
    const at = path.index(i);
    if (rule.pathType === undefined) {
      findings.required(at.child('pathType'), { fix: 'write pathType: Prefix' });
      return;
    }
    validatePathText(rule.path ?? '', rule.pathType, at, findings);
    checkBackend(rule.backend ?? ({} as B), at.child('backend'), findings);
  });
}

function validatePathText(text: string, type: string, path: FieldPath, findings: Findings): void {
  const at = path.child('path');
  if (type === 'Exact' || type === 'Prefix') {
    if (!text.startsWith('/')) findings.invalid(at, `\`${text}\` must start with /`);
    if (text === '') return;
    for (const part of BAD_SEQUENCES) if (text.includes(part)) findings.invalid(at, `\`${part}\` is not allowed in it`);
    for (const end of BAD_ENDINGS) if (text.endsWith(end)) findings.invalid(at, `it must not end with \`${end}\``);
  } else if (type === 'ImplementationSpecific') {
    if (text !== '' && !text.startsWith('/')) findings.invalid(at, `\`${text}\` must start with /`);
  } else checkOneOf(type, PATH_TYPES, path.child('pathType'), findings);
}

function validateBackend({ resource, service }: Backend, path: FieldPath, findings: Findings): void {
  if (resource && service) {
    findings.invalid(path, 'service and resource exclude each other');
    return;
  }
  if (resource) validateResource(resource, path.child('resource'), findings);
  else if (service) validateBackendService(service, path, findings);
  else findings.invalid(path, 'it needs a service');
}

function validateBackendService(service: NonNullable<Backend['service']>, path: FieldPath, findings: Findings): void {
  const at = path.child('service');
  if (checkRequired(service.name, at.child('name'), findings)) {
    checkName(dns1035Label, service.name ?? '', at.child('name'), findings);
  }
  const { name, number } = service.port ?? {};
  if (name && number) findings.invalid(path, 'a port has a name or a number, not both');
  else if (name) checkName(portName, name, at.child('port', 'name'), findings);
  else if (number)
    for (const error of portNumber(number)) findings.invalid(at.child('port', 'number'), `${number} ${error}`);
  else findings.required(path, { detail: 'the port is missing', fix: 'add service.port.number or service.port.name' });
}

function validateOldBackend(backend: BackendV1beta1, path: FieldPath, findings: Findings): void {
  if (backend.resource) {
    if (backend.serviceName) findings.invalid(path, 'serviceName and resource exclude each other');
    if (backend.servicePort) findings.invalid(path, 'servicePort and resource exclude each other');
    validateResource(backend.resource, path.child('resource'), findings);
    return;
  }
  if (checkRequired(backend.serviceName, path.child('serviceName'), findings)) {
    checkName(dns1035Label, backend.serviceName ?? '', path.child('serviceName'), findings);
  }
  checkPort(backend.servicePort, path.child('servicePort'), findings);
}

type LocalReference = { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };

function validateResource(resource: LocalReference, path: FieldPath, findings: Findings): void {
  if (resource.apiGroup) checkName(dns1123Subdomain, resource.apiGroup, path.child('apiGroup'), findings);
  checkRequired(resource.kind, path.child('kind'), findings);
  if (checkRequired(resource.name, path.child('name'), findings))
    checkName(pathSegment, resource.name ?? '', path.child('name'), findings);
}

export function validateIngressClass({ spec = {} }: IngressClass, findings: Findings): void {
  const path = SPEC.child('controller');
  if (!checkRequired(spec.controller, path, findings)) return;
  const [domain = '', ...rest] = (spec.controller ?? '').split('/');
  if (rest.join('/') === '' || dns1123Subdomain(domain).length > 0) {
    findings.invalid(path, `\`${spec.controller}\` must be a domain and a path, such as example.com/ingress`);
  }
}
