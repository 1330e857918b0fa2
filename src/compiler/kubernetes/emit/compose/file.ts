import type { DesiredState, Endpoint, Route } from '../../../../model/desired.ts';
import type { Diagnostic } from '../../../../model/diagnostic.ts';
import type { JsonObject } from '../../json.ts';
import { clean } from '../json.ts';
import { ComposeEmission, composeName } from './context.ts';
import { emitServices, networkName } from './services.ts';

export interface ComposeFile {
  readonly file: JsonObject;
  /** What a compose file cannot say. */
  readonly lost: readonly Diagnostic[];
}

/** A desired state as a compose file. */
export function composeFileOf(desired: DesiredState, payloads: ReadonlyMap<string, Uint8Array>): ComposeFile {
  const to = new ComposeEmission(desired, payloads);
  const services = Object.fromEntries(desired.workloads.flatMap((workload) => emitServices(workload, to)));
  addRoutes(services, to);
  const networks = new Set(desired.workloads.map(networkName).filter((name) => name !== 'default'));
  for (const { id, externalName } of desired.endpoints.filter((endpoint) => endpoint.externalName)) {
    to.losses.add(
      id,
      `the name for ${externalName}`,
      'compose has no aliases for names outside',
      'use that name itself',
    );
  }
  for (const { id } of desired.disruptionBudgets)
    to.losses.add(id, 'the disruption budget', 'write min-available under x-stowage');
  const file = clean({
    name: desired.stack,
    services,
    networks: Object.fromEntries([...networks].map((name) => [name, {}])),
    volumes: sections(to.volumes),
    configs: sections(to.configs),
    secrets: sections(to.secrets),
  });
  return { file: withNulls(file), lost: to.losses.list };
}

function sections(entries: ReadonlyMap<string, JsonObject>): JsonObject {
  return Object.fromEntries(entries);
}

/** A network or volume without options is written `name:`. */
function withNulls(file: JsonObject): JsonObject {
  const nulls = (section: unknown) =>
    Object.fromEntries(
      Object.entries((section ?? {}) as JsonObject).map(([name, value]) => [
        name,
        Object.keys(value ?? {}).length === 0 ? null : value,
      ]),
    );
  return {
    ...file,
    ...(file.networks && { networks: nulls(file.networks) }),
    ...(file.volumes && { volumes: nulls(file.volumes) }),
  };
}

function addRoutes(services: JsonObject, to: ComposeEmission): void {
  for (const route of to.desired.routes) {
    const endpoint = to.desired.endpoints.find(({ id }) => id === route.endpoint);
    const service = services[composeName(endpoint?.workloads[0] ?? '')] as JsonObject | undefined;
    if (!endpoint || !service) continue;
    const extension = (service['x-stowage'] ?? {}) as JsonObject;
    service['x-stowage'] = {
      ...extension,
      routes: [...((extension.routes ?? []) as JsonObject[]), routeOf(route, endpoint, to)],
    };
  }
}

function routeOf(route: Route, endpoint: Endpoint, to: ComposeEmission): JsonObject {
  const target = endpoint.ports.find(({ port }) => port === route.port)?.targetPort ?? route.port;
  const secret = route.tls?.secret === undefined ? undefined : to.payload({ kind: 'secret', id: route.tls.secret });
  return clean({
    host: route.host,
    path: route.path === '/' ? undefined : route.path,
    'path-type': route.pathType === 'exact' ? 'exact' : undefined,
    port: target,
    tls:
      route.tls &&
      clean({
        secret,
        passthrough: route.tls.passthrough || undefined,
        redirect: route.tls.redirectHttp ? undefined : false,
      }),
    sticky: route.sticky,
  });
}
