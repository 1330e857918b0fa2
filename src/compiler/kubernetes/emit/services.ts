import type { Endpoint, EndpointPort, Route } from '../../../model/desired.ts';
import type { JsonObject } from '../json.ts';
import type { Emission } from './context.ts';
import { clean } from './json.ts';
import { kubernetesName, portName, serviceName } from './names.ts';
import { isJob, workloadLabels } from './workloads.ts';

/** The Service that keeps a name, and a second one for what is published under other numbers. */
export function emitServices(endpoint: Endpoint, to: Emission): JsonObject[] {
  const workload = to.desired.workloads.find(({ id }) => endpoint.workloads.includes(id));
  const name = serviceName(endpoint.name);
  if (endpoint.externalName)
    return [serviceOf(endpoint, name, { type: 'ExternalName', externalName: endpoint.externalName })];
  if (!workload || endpoint.names.length === 0 || (isJob(workload) && endpoint.ports.length === 0)) return [];
  to.losses.addIf(
    name !== endpoint.name,
    endpoint.name,
    `the name ${endpoint.name}`,
    `Kubernetes takes it only as ${name}`,
  );
  const selector = workloadLabels(workload, to.desired.stack);
  const ports = uniquePorts(endpoint.ports);
  const isHeadless = endpoint.headless || ports.length === 0;
  const base = clean({
    clusterIP: isHeadless ? 'None' : undefined,
    sessionAffinity: endpoint.stickyByClientIp ? 'ClientIP' : undefined,
    publishNotReadyAddresses: endpoint.publishNotReady || undefined,
    selector,
    ports: ports.map((port) => emitPort(port, port.port, ports.length > 1)),
  });
  const published = endpoint.ports.filter(({ publish }) => publish && publish.hostPort > 0);
  if (published.length === 0) return [serviceOf(endpoint, name, base)];
  const outside = clean({
    type: 'LoadBalancer',
    selector,
    ports: published.map((port) => emitPort(port, port.publish?.hostPort ?? port.port, published.length > 1)),
  });
  return [serviceOf(endpoint, name, base), serviceOf(endpoint, `${name}-public`.slice(0, 63), outside)];
}

function serviceOf({ namespace }: Endpoint, name: string, spec: JsonObject): JsonObject {
  const metadata = clean({ name, namespace: namespace === 'default' ? undefined : namespace });
  return { apiVersion: 'v1', kind: 'Service', metadata, spec };
}

function uniquePorts(ports: readonly EndpointPort[]): EndpointPort[] {
  return [...new Map(ports.map((port) => [`${port.port}/${port.protocol}`, port])).values()];
}

function emitPort(port: EndpointPort, number: number, named: boolean): JsonObject {
  return clean({
    name: named || port.name ? portName(port.name, number, port.protocol) : undefined,
    port: number,
    targetPort: number === port.targetPort ? undefined : port.targetPort,
    protocol: port.protocol === 'tcp' ? undefined : port.protocol.toUpperCase(),
    appProtocol: port.appProtocol,
  });
}

/** Routes of one endpoint and host in one Ingress. */
export function emitIngresses(routes: readonly Route[], to: Emission): JsonObject[] {
  const byEndpoint = new Map<string, Route[]>();
  for (const route of routes) byEndpoint.set(route.endpoint, [...(byEndpoint.get(route.endpoint) ?? []), route]);
  return [...byEndpoint].flatMap(([id, own]) => {
    const endpoint = to.desired.endpoints.find((candidate) => candidate.id === id);
    if (endpoint && endpoint.workloads.length > 0) return [ingressOf(endpoint, own, to)];
    to.losses.add(id, 'its routes', 'nothing stands behind them');
    return [];
  });
}

function ingressOf(endpoint: Endpoint, routes: readonly Route[], to: Emission): JsonObject {
  const hosts = [...new Set(routes.map(({ host }) => host))];
  const secure = routes.filter(({ tls }) => tls);
  for (const { tls, id } of secure) {
    to.losses.addIf(tls?.passthrough, id, 'passthrough of TLS', 'it is an annotation of the ingress controller');
    to.losses.addIf(
      tls?.secret,
      id,
      'the certificate',
      `put it into Secret ${kubernetesName(tls?.secret ?? '')} as tls.crt and tls.key`,
    );
  }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: clean({
      name: kubernetesName(endpoint.name),
      namespace: endpoint.namespace === 'default' ? undefined : endpoint.namespace,
    }),
    spec: clean({
      tls: secure.map(({ host, tls }) =>
        clean({ hosts: host ? [host] : [], secretName: tls?.secret && kubernetesName(tls.secret) }),
      ),
      rules: hosts.map((host) =>
        clean({
          host,
          http: { paths: routes.filter((route) => route.host === host).map((route) => pathOf(route, endpoint)) },
        }),
      ),
    }),
  };
}

function pathOf({ path, pathType, port }: Route, endpoint: Endpoint): JsonObject {
  const service = { name: serviceName(endpoint.name), port: { number: port } };
  return { path, pathType: pathType === 'exact' ? 'Exact' : 'Prefix', backend: { service } };
}
