import type { Endpoint, Route } from '../../../model/desired.ts';
import type { BackendV1beta1, Ingress, IngressV1beta1 } from '../api.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import type { Conversion } from './context.ts';
import { present, qualified } from './ids.ts';

const SPEC = FieldPath.root('spec');
const OTHER_GATEWAYS =
  /^(nginx\.ingress\.kubernetes\.io|nginx\.org|traefik\.[a-z.]+|haproxy(-ingress)?\.[a-z.]+|haproxy\.org|alb\.ingress\.kubernetes\.io|networking\.gke\.io|ingress\.[a-z.]+|appgw\.ingress\.kubernetes\.io|konghq\.com)\//;

interface Backend {
  readonly service?: string;
  readonly port?: number | string;
  readonly path: FieldPath;
}

interface Rule {
  readonly host?: string;
  readonly path: string;
  readonly pathType: string;
  readonly backend: Backend;
}

/** Ingress rules and the default backend as routes of the gateway. */
export function ingressRoutes(object: LoadedObject, endpoints: ReadonlyMap<string, Endpoint>, to: Conversion): Route[] {
  const { metadata } = object.value as Ingress;
  for (const annotation of Object.keys(metadata?.annotations ?? {})) {
    if (!OTHER_GATEWAYS.test(annotation)) continue;
    const path = FieldPath.root('metadata').child('annotations', annotation);
    to.findings(object).notHonoured(path, 'ingress-annotation', 'the annotation belongs to another gateway', {
      detail: annotation,
    });
  }
  const tls = tlsByHost(object, to);
  return rulesOf(object).flatMap((rule, i) => routeOf(rule, i, tls, object, endpoints, to));
}

function routeOf(
  rule: Rule,
  index: number,
  tls: ReadonlyMap<string, Route['tls']>,
  object: LoadedObject,
  endpoints: ReadonlyMap<string, Endpoint>,
  to: Conversion,
): Route[] {
  const { service, port, path } = rule.backend;
  if (service === undefined) {
    to.findings(object).notHonoured(path, 'ingress-backend', 'only services can be backends', {});
    return [];
  }
  const endpoint = endpoints.get(qualified(object.namespace, service));
  const found = endpoint?.ports.find((candidate) => candidate.port === Number(port) || candidate.name === port);
  if (!endpoint || !found) {
    to.findings(object).error('missing-reference', 'the backend of a route is not in the files', path, {
      detail: endpoint
        ? `Service ${service} has no port ${port}`
        : `Service ${service} in namespace ${object.namespace}`,
      fix: endpoint
        ? `its ports are ${endpoint.ports.map((p) => p.name ?? p.port).join(', ')}`
        : 'add the Service to the files',
    });
    return [];
  }
  const id = `${qualified(object.namespace, object.name)}.${index}`;
  to.place('route', id, object);
  const secure =
    tls.get(rule.host ?? '') ?? tls.get(wildcardOf(rule.host)) ?? (rule.host === undefined ? tls.get('*') : undefined);
  return [
    {
      id,
      namespace: object.namespace,
      path: rule.path,
      pathType: rule.pathType === 'Exact' ? 'exact' : 'prefix',
      endpoint: endpoint.id,
      port: found.port,
      ...present({ host: rule.host, tls: secure, sticky: endpoint.stickyByClientIp || undefined }),
    },
  ];
}

function wildcardOf(host: string | undefined): string {
  return host === undefined ? '' : `*${host.slice(host.indexOf('.'))}`;
}

function rulesOf(object: LoadedObject): Rule[] {
  return object.info.type === 'V1beta1Ingress'
    ? oldRules(object.value as IngressV1beta1)
    : newRules(object.value as Ingress);
}

function newRules({ spec = {} }: Ingress): Rule[] {
  const backendOf = (backend: NonNullable<typeof spec.defaultBackend> | undefined, path: FieldPath): Backend => ({
    path,
    ...present({
      service: backend?.service?.name,
      port: backend?.service?.port?.number ?? backend?.service?.port?.name,
    }),
  });
  const rules = (spec.rules ?? []).flatMap((rule, i) =>
    (rule.http?.paths ?? []).map(
      (path, j): Rule => ({
        path: path.path || '/',
        pathType: path.pathType ?? 'Prefix',
        backend: backendOf(path.backend, SPEC.child('rules').index(i).child('http', 'paths').index(j).child('backend')),
        ...present({ host: rule.host }),
      }),
    ),
  );
  if (!spec.defaultBackend) return rules;
  return [
    ...rules,
    { path: '/', pathType: 'Prefix', backend: backendOf(spec.defaultBackend, SPEC.child('defaultBackend')) },
  ];
}

function oldRules({ spec = {} }: IngressV1beta1): Rule[] {
  const backendOf = (backend: BackendV1beta1 | undefined, path: FieldPath): Backend => ({
    path,
    ...present({ service: backend?.serviceName, port: backend?.servicePort }),
  });
  const rules = (spec.rules ?? []).flatMap((rule, i) =>
    (rule.http?.paths ?? []).map(
      (path, j): Rule => ({
        path: path.path || '/',
        pathType: path.pathType ?? 'Prefix',
        backend: backendOf(path.backend, SPEC.child('rules').index(i).child('http', 'paths').index(j).child('backend')),
        ...present({ host: rule.host }),
      }),
    ),
  );
  return spec.backend
    ? [...rules, { path: '/', pathType: 'Prefix', backend: backendOf(spec.backend, SPEC.child('backend')) }]
    : rules;
}

/** Hosts with TLS; `*` is what an entry without hosts stands for. */
function tlsByHost(object: LoadedObject, to: Conversion): Map<string, Route['tls']> {
  const { spec = {} } = object.value as Ingress;
  const byHost = new Map<string, Route['tls']>();
  (spec.tls ?? []).forEach(({ hosts, secretName }, i) => {
    const secret = secretName === undefined ? undefined : pairOf(secretName, SPEC.child('tls').index(i), object, to);
    for (const host of hosts ?? ['*']) byHost.set(host, { redirectHttp: true, ...present({ secret }) });
  });
  return byHost;
}

/** Certificate and key of a TLS secret in one PEM file, as a gateway reads them; its payload's id. */
function pairOf(name: string, path: FieldPath, object: LoadedObject, to: Conversion): string | undefined {
  const { namespace } = object;
  const certificate = to.secretValue(namespace, name, 'tls.crt');
  const key = to.secretValue(namespace, name, 'tls.key');
  if (!certificate || !key) {
    to.findings(object).error('missing-reference', 'the TLS secret is not in the files', path.child('secretName'), {
      detail: `Secret ${name} in namespace ${namespace}, with tls.crt and tls.key`,
      fix: 'add the Secret to the files',
    });
    return undefined;
  }
  return to.addPayload(
    'secret',
    namespace,
    `${name}/tls.pem`,
    joinPem(certificate, key),
    to.find('Secret', namespace, name),
  ).id;
}

export function joinPem(...parts: readonly Uint8Array[]): Uint8Array {
  const text = parts.map((part) => new TextDecoder().decode(part).trimEnd()).join('\n');
  return new TextEncoder().encode(`${text}\n`);
}
