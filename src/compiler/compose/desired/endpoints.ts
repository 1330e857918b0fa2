import type { Endpoint, EndpointPort, Protocol, PublishedPort, Route } from '../../../model/desired.ts';
import { didYouMean } from '../../../model/suggest.ts';
import { type Conversion, present, report } from './convert.ts';
import { booleanIn, type Extension, extensionOf, listIn, numberIn, textIn } from './extension.ts';
import type { CanonicalPort, CanonicalProject, CanonicalService } from './types.ts';

/** The endpoint of a service: its name, on each of its networks, with what it publishes and exposes. */
export function endpointOf(name: string, service: CanonicalService, path: string, to: Conversion): Endpoint {
  const via = textIn(extensionOf(service['x-stowage']), 'publish');
  const published = (service.ports ?? []).map((port, i) => publishedPort(port, via, `${path}.ports[${i}]`, to));
  const exposed = (service.expose ?? []).flatMap(exposedPorts);
  const known = new Set(published.map((p) => `${p.port}/${p.protocol}`));
  return {
    id: name,
    name,
    names: [name],
    workloads: [name],
    networks: [],
    ports: [...published, ...exposed.filter((p) => !known.has(`${p.port}/${p.protocol}`))],
    headless: false,
    publishNotReady: false,
    stickyByClientIp: false,
  };
}

function publishedPort(port: CanonicalPort, via: string | undefined, path: string, to: Conversion): EndpointPort {
  const [first, last] = (port.published ?? '0').split('-', 2).map(Number) as [number, number | undefined];
  const publish: PublishedPort = {
    via: port.mode === 'host' || via === 'host' ? 'host' : via === 'gateway' ? 'gateway' : 'auto',
    hostPort: first,
    ...present({ hostIp: port.host_ip, hostPortEnd: last }),
  };
  if (Number.isNaN(first)) {
    const why = 'a host port is a number, or a range of two';
    report(to, 'error', 'port', path, {
      message: 'a published port cannot be read',
      detail: port.published ?? '',
      why,
    });
  }
  return {
    port: port.target ?? 0,
    targetPort: port.target ?? 0,
    protocol: protocolOf(port.protocol),
    publish,
    ...present({ name: port.name, appProtocol: port.app_protocol }),
  };
}

function protocolOf(protocol: string | undefined): Protocol {
  return protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp';
}

/** `8080`, `8080/udp`, `3000-3002`. */
function exposedPorts(text: string): EndpointPort[] {
  const [range = '', protocol] = String(text).split('/', 2);
  const [first = 0, last = first] = range.split('-', 2).map(Number);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({
    port: first + i,
    targetPort: first + i,
    protocol: protocolOf(protocol),
  }));
}

/** `x-stowage.routes` of the stack, each with the service it leads to. */
export function stackRoutes(project: CanonicalProject, to: Conversion): Route[] {
  return listIn(extensionOf(project['x-stowage']), 'routes').flatMap((route, i) => {
    const name = textIn(route, 'service') ?? '';
    const service = Object.hasOwn(project.services ?? {}, name) ? project.services?.[name] : undefined;
    if (service !== undefined)
      return routeTo(name, service, route, { id: `stack.${i}`, path: `x-stowage.routes[${i}]`, to });
    report(to, 'error', 'undefined-service', `x-stowage.routes[${i}]`, {
      message: 'a route leads to a service that is not defined',
      detail: name,
      fix: didYouMean(name, Object.keys(project.services ?? {})) ?? 'name a service of this project',
    });
    return [];
  });
}

/** `x-stowage.routes` of a service. */
export function routesOf(name: string, service: CanonicalService, path: string, to: Conversion): Route[] {
  return listIn(extensionOf(service['x-stowage']), 'routes').flatMap((route, i) =>
    routeTo(name, service, route, { id: `${name}.${i}`, path: `${path}.x-stowage.routes[${i}]`, to }),
  );
}

function routeTo(
  name: string,
  service: CanonicalService,
  route: Extension,
  { id, path, to }: { readonly id: string; readonly path: string; readonly to: Conversion },
): Route[] {
  const port = numberIn(route, 'port') ?? service.ports?.[0]?.target ?? Number(service.expose?.[0]?.split('/')[0]);
  if (Number.isFinite(port)) return [routeOf(route, name, id, port)];
  report(to, 'error', 'route-port', path, {
    message: 'a route does not say which port it leads to',
    detail: name,
    why: 'the service neither publishes nor exposes a port',
    fix: 'add port: to the route',
  });
  return [];
}

function routeOf(route: Extension, endpoint: string, id: string, port: number): Route {
  return {
    id,
    path: textIn(route, 'path') ?? '/',
    pathType: textIn(route, 'path-type') === 'exact' ? 'exact' : 'prefix',
    endpoint,
    port,
    ...present({
      host: textIn(route, 'host'),
      sticky: booleanIn(route, 'sticky'),
      httpPort: numberIn(route, 'http-port'),
      httpsPort: numberIn(route, 'https-port'),
      tls: tlsOf(route.tls),
    }),
  };
}

function tlsOf(value: unknown): Route['tls'] {
  if (value === undefined || value === false) return undefined;
  const tls = extensionOf(value);
  return {
    redirectHttp: booleanIn(tls, 'redirect') ?? true,
    ...present({ secret: textIn(tls, 'secret'), passthrough: booleanIn(tls, 'passthrough') }),
  };
}
