import type { Container, Endpoint, FileMount, Workload } from '../../../model/desired.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import type { Conversion } from './context.ts';
import { helperContainer } from './helper-container.ts';

export const DEFAULT_PROXY_IMAGE = 'haproxy:lts-alpine';
const NAME = 'service-ports';
const CONFIG = '/usr/local/etc/haproxy/haproxy.cfg';

/**
 * A service's name leads to the pods themselves, so a pod must listen on the port of the service too. Where that is
 * another one than the container's, a small proxy beside the containers passes it on.
 *
 * @returns the workload with the proxy, or as it was where no port differs
 */
export function withServicePorts(
  workload: Workload,
  endpoints: readonly Endpoint[],
  object: LoadedObject,
  image: string,
  to: Conversion,
): Workload {
  if (workload.template.network.mode !== 'networks') return workload;
  const wanted = redirectsOf(workload, endpoints, object, to);
  if (wanted.size === 0) return workload;
  const text = proxyConfig(wanted);
  const payload = to.addPayload(
    'config',
    object.namespace,
    `${workload.name}/${NAME}.cfg`,
    new TextEncoder().encode(text),
    object,
  );
  const file: FileMount = { target: CONFIG, source: { payload }, mode: 0o444 };
  const initContainers = [...workload.template.initContainers, proxyContainer(image, file)];
  return { ...workload, template: { ...workload.template, initContainers } };
}

function redirectsOf(
  workload: Workload,
  endpoints: readonly Endpoint[],
  object: LoadedObject,
  to: Conversion,
): Map<number, number> {
  const own = new Set(workload.template.containers.flatMap(({ ports }) => ports.map(({ port }) => port)));
  const wanted = new Map<number, number>();
  for (const endpoint of endpoints) {
    if (!endpoint.workloads.includes(workload.id) || endpoint.headless || endpoint.names.length === 0) continue;
    for (const { port, targetPort, protocol } of endpoint.ports) {
      if (port === targetPort || wanted.get(port) === targetPort) continue;
      const obstacle = obstacleTo(port, protocol, own, wanted);
      if (obstacle === undefined) wanted.set(port, targetPort);
      else warn(endpoint, port, targetPort, obstacle, object, to);
    }
  }
  return wanted;
}

function obstacleTo(
  port: number,
  protocol: string,
  own: ReadonlySet<number>,
  wanted: ReadonlyMap<number, number>,
): string | undefined {
  if (protocol !== 'tcp') return `only tcp is passed on, not ${protocol}`;
  if (own.has(port)) return `a container of the pod listens on ${port} itself`;
  return wanted.has(port) ? `another service leads ${port} to ${wanted.get(port)}` : undefined;
}

function warn(
  endpoint: Endpoint,
  port: number,
  target: number,
  why: string,
  object: LoadedObject,
  to: Conversion,
): void {
  const service = to.find('Service', object.namespace, endpoint.name) ?? object;
  to.findings(service).notHonoured(
    FieldPath.root('spec').child('ports'),
    'service-port',
    'a port of the service does not reach the pods',
    {
      detail: `${endpoint.name}:${port} → ${target}`,
      why,
      fix: `call ${endpoint.name}:${target}`,
    },
  );
}

function proxyConfig(redirects: ReadonlyMap<number, number>): string {
  const sections = [...redirects]
    .sort(([a], [b]) => a - b)
    .map(([port, target]) => `listen port-${port}\n  bind :${port}\n  server pod 127.0.0.1:${target}\n`);
  return `defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1d

${sections.join('\n')}`;
}

function proxyContainer(image: string, file: FileMount): Container {
  return { ...helperContainer(NAME, image, [file]), sidecar: true };
}
