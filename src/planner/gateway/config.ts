import type { DesiredState, Endpoint, EndpointPort, Route } from '../../model/desired.ts';
import type {
  GatewayBackend,
  GatewayConfig,
  GatewayListener,
  GatewayMode,
  GatewayPeer,
  GatewayRule,
} from '../../model/gateway.ts';
import type { LiveHost } from '../../model/live.ts';
import type { Placement } from '../../model/placement.ts';
import { backendName, isByGateway, isRouted } from './publish.ts';

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** Ports of protocols in which the client waits for a greeting, so that there is nothing to look at: FTP, SSH, mail, MySQL, VNC. */
const SERVER_SPEAKS_FIRST: ReadonlySet<number> = new Set([21, 22, 25, 110, 143, 587, 3306, 33060, 5900]);

/** An endpoint's port that goes by the gateway, with the hosts that publish it. */
interface Published {
  readonly endpoint: Endpoint;
  readonly port: EndpointPort;
  readonly backend: string;
  readonly hosts: readonly string[];
  readonly routes: readonly Route[];
}

export interface GatewayTargets {
  /** By host. */
  readonly configs: ReadonlyMap<string, GatewayConfig>;
  /** Back end → every host that publishes it. */
  readonly peers: ReadonlyMap<string, readonly GatewayPeer[]>;
}

/**
 * What each host's gateway shall serve for the stack. A host publishes an endpoint when a replica of it runs there;
 * the others are its peers. Hosts that publish nothing are absent.
 */
export function gatewayConfigs(
  desired: DesiredState,
  placements: readonly Placement[],
  hosts: ReadonlyMap<string, LiveHost>,
): GatewayTargets {
  const published = publishedPorts(desired, placements);
  const names = [...new Set(published.flatMap((p) => p.hosts))].sort();
  const peers = new Map(published.map((p) => [p.backend, peersOf(p, undefined, desired, hosts)] as const));
  const configs = new Map(
    names.map((host) => {
      const here = published.filter((p) => p.hosts.includes(host));
      const config: GatewayConfig = {
        stack: desired.stack,
        listeners: mergeListeners(here.flatMap((p) => listenersOf(p, desired))),
        backends: here.map((p) => backendOf(p, host, desired, hosts)),
      };
      return [host, config] as const;
    }),
  );
  return { configs, peers };
}

function publishedPorts(desired: DesiredState, placements: readonly Placement[]): Published[] {
  return desired.endpoints.flatMap((endpoint) => {
    const placed = placements.filter((p) => endpoint.workloads.includes(p.workload)).map((p) => p.host);
    const hosts = [...new Set(placed)].sort();
    return endpoint.ports
      .filter((port) => isByGateway(port, endpoint, desired) || isRouted(endpoint, port, desired))
      .map((port) => ({
        endpoint,
        port,
        backend: backendName(desired.stack, endpoint, port),
        hosts,
        routes: desired.routes.filter((r) => r.endpoint === endpoint.id && r.port === port.port),
      }));
  });
}

/** HTTP where the file or a route says so; another protocol by name is passed through; unknown is found out. */
function modeOf({ port, routes }: Published): GatewayMode {
  if (routes.some((r) => r.tls?.passthrough)) return 'passthrough';
  if (routes.length > 0) return 'http';
  if (port.appProtocol === undefined || port.appProtocol === '') {
    return SERVER_SPEAKS_FIRST.has(port.targetPort) ? 'tcp' : 'auto';
  }
  return /^(http|ws|kubernetes\.io\/ws)$/i.test(port.appProtocol) ? 'http' : 'tcp';
}

function listenersOf(published: Published, desired: DesiredState): GatewayListener[] {
  const { endpoint, port, backend, routes } = published;
  const direct: GatewayListener[] =
    port.publish !== undefined && isByGateway(port, endpoint, desired)
      ? [
          {
            port: port.publish.hostPort,
            ...(port.publish.hostIp === undefined ? {} : { hostIp: port.publish.hostIp }),
            mode: modeOf(published),
            certificates: [],
            rules: [],
            defaultBackend: backend,
          },
        ]
      : [];
  return [...direct, ...routes.flatMap((route) => routeListeners(route, backend, desired))];
}

function routeListeners(route: Route, backend: string, desired: DesiredState): GatewayListener[] {
  const rule: GatewayRule = {
    path: route.path || '/',
    pathType: route.pathType,
    backend,
    ...(route.host === undefined ? {} : { host: route.host }),
  };
  const httpsPort = route.httpsPort ?? HTTPS_PORT;
  const plain: GatewayListener = {
    port: route.httpPort ?? HTTP_PORT,
    mode: 'http',
    certificates: [],
    rules: [route.tls?.redirectHttp ? { ...rule, redirectToHttps: httpsPort } : rule],
  };
  if (route.tls === undefined) return [plain];
  if (route.tls.passthrough) return [{ port: httpsPort, mode: 'passthrough', certificates: [], rules: [rule] }];
  const certificate = certificateOf(route, desired);
  return certificate.length === 0
    ? [plain]
    : [plain, { port: httpsPort, mode: 'http', certificates: [certificate], rules: [rule] }];
}

/** One secret with the whole PEM, or a Kubernetes TLS secret with certificate and key apart. */
function certificateOf(route: Route, desired: DesiredState): string[] {
  const id = route.tls?.secret;
  if (id === undefined) return [];
  const digest = (wanted: string) => desired.secrets.find((s) => s.id === wanted)?.digest;
  const whole = digest(id);
  if (whole !== undefined) return [whole];
  const parts = ['tls.crt', 'tls.key'].map((key) => digest(`${id}/${key}`));
  return parts.every((p) => p !== undefined) ? parts : [];
}

/** Listeners of one address and port become one. */
function mergeListeners(listeners: readonly GatewayListener[]): GatewayListener[] {
  const merged = new Map<string, GatewayListener>();
  for (const listener of listeners) {
    const key = `${String(listener.port).padStart(5, '0')} ${listener.hostIp ?? ''}`;
    const known = merged.get(key);
    const defaultBackend = known?.defaultBackend ?? listener.defaultBackend;
    merged.set(key, {
      ...listener,
      mode: known === undefined || listener.mode === known.mode ? listener.mode : 'http',
      certificates: unique([...(known?.certificates ?? []), ...listener.certificates]),
      rules: unique([...(known?.rules ?? []), ...listener.rules]),
      ...(defaultBackend === undefined ? {} : { defaultBackend }),
    });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, listener]) => listener);
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function backendOf(
  published: Published,
  host: string,
  desired: DesiredState,
  hosts: ReadonlyMap<string, LiveHost>,
): GatewayBackend {
  const { endpoint, port, backend, routes } = published;
  const sticky = endpoint.stickyByClientIp ? 'source' : routes.some((r) => r.sticky) ? 'cookie' : 'no';
  const checkPath = checkPathOf(published, desired);
  const peers = peersOf(published, host, desired, hosts);
  const rule = routes.find((r) => r.pathType === 'prefix' && !r.host?.startsWith('*'));
  const isChecked = port.publish !== undefined && isByGateway(port, endpoint, desired);
  const peerCheck = isChecked
    ? { path: '/' }
    : rule === undefined
      ? undefined
      : { path: rule.path || '/', ...(rule.host === undefined ? {} : { host: rule.host }) };
  return {
    name: backend,
    mode: modeOf(published),
    sticky,
    peers,
    ...(checkPath === undefined ? {} : { checkPath }),
    ...(peerCheck === undefined || peers.length === 0 ? {} : { peerCheck }),
  };
}

/** An HTTP readiness probe of the same port is also what the gateway asks. */
function checkPathOf({ endpoint, port }: Published, desired: DesiredState): string | undefined {
  const workloads = desired.workloads.filter((w) => endpoint.workloads.includes(w.id));
  const paths = workloads.map((w) => {
    const action = w.template.containers.map((c) => c.probes.readiness?.action).find((a) => a?.type === 'http');
    const isPlain = action?.type === 'http' && action.scheme === 'http' && action.headers.length === 0;
    return isPlain && action.port === port.targetPort && action.host === undefined ? action.path : undefined;
  });
  return paths.every((p) => p === paths[0]) ? paths[0] : undefined;
}

function peersOf(
  { endpoint, port, hosts: publishing, routes }: Published,
  host: string | undefined,
  desired: DesiredState,
  hosts: ReadonlyMap<string, LiveHost>,
): GatewayPeer[] {
  if (routes.some((r) => r.tls?.passthrough)) return [];
  const isDirect = port.publish !== undefined && isByGateway(port, endpoint, desired);
  const peerPort = isDirect ? (port.publish?.hostPort ?? 0) : (routes[0]?.httpPort ?? HTTP_PORT);
  return publishing
    .filter((name) => name !== host)
    .flatMap((name) => {
      const address = peerAddress(hosts.get(name));
      return address === undefined ? [] : [{ host: name, address, port: peerPort, tls: false }];
    });
}

/** Only addresses will do: HAProxy compares them with where a request comes from. */
export function peerAddress(host: LiveHost | undefined): string | undefined {
  const address = host?.entry.advertiseAddress ?? host?.address;
  return address !== undefined && /^\d+\.\d+\.\d+\.\d+$/.test(address) ? address : undefined;
}
