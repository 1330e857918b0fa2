import type { Endpoint, EndpointPort, PublishedPort, Workload } from '../../../model/desired.ts';
import { matchesSelector, selectorFromLabels } from '../../../model/kubernetes/selector.ts';
import type { Service, ServicePort } from '../api.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import { protocolOf } from './container.ts';
import type { Conversion } from './context.ts';
import {
  CROSS_NETWORK,
  namespaceNetwork,
  present,
  qualified,
  qualifiedServiceNames,
  serviceNames,
  strings,
} from './ids.ts';
import type { NodePorts } from './node-ports.ts';

const PORTS = FieldPath.root('spec').child('ports');

export interface ServiceView {
  readonly workloads: readonly Workload[];
  readonly nodePorts: NodePorts;
  /** Namespaces that others refer to; their services get qualified names on the network between namespaces. */
  readonly shared: ReadonlySet<string>;
}

/** The endpoint of a Service, and its qualified names on the network between namespaces where that is needed. */
export function endpointsOf(object: LoadedObject, view: ServiceView, to: Conversion): Endpoint[] {
  const { spec = {} } = object.value as Service;
  const { name, namespace } = object;
  const id = qualified(namespace, name);
  to.place('endpoint', id, object);
  const selected = selectedWorkloads(object, view.workloads);
  if (spec.selector && selected.length === 0) {
    to.findings(object).warning('no-pods', 'the service selects no pods', FieldPath.root('spec').child('selector'), {
      detail: Object.entries(spec.selector)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
      why: 'its name will not resolve',
      fix: 'repeat the labels of a pod template in the selector',
    });
  }
  const endpoint: Endpoint = {
    id,
    name,
    namespace,
    names: serviceNames(namespace, name),
    workloads: selected.map((workload) => workload.id),
    networks: [namespaceNetwork(namespace)],
    ports: (spec.ports ?? []).map((port, i) => portOf(port, i, { object, spec, selected, view, to })),
    headless: spec.clusterIP === 'None',
    publishNotReady: spec.publishNotReadyAddresses ?? false,
    stickyByClientIp: spec.sessionAffinity === 'ClientIP',
  };
  if (!view.shared.has(namespace)) return [endpoint];
  return [endpoint, crossEndpoint(endpoint)];
}

/** The same without anything published, under names that say the namespace. */
function crossEndpoint(endpoint: Endpoint): Endpoint {
  return {
    ...endpoint,
    id: `${endpoint.id}@cross`,
    names: qualifiedServiceNames(endpoint.namespace ?? '', endpoint.name),
    networks: [CROSS_NETWORK],
    ports: endpoint.ports.map(({ publish: _publish, ...port }) => port),
  };
}

export function selectedWorkloads(object: LoadedObject, workloads: readonly Workload[]): Workload[] {
  const selector = strings((object.value as Service).spec?.selector);
  if (Object.keys(selector).length === 0) return [];
  const requirements = selectorFromLabels(selector);
  return workloads.filter(
    ({ namespace, template, kind }) =>
      namespace === object.namespace && kind !== 'cron' && matchesSelector(requirements, template.labels),
  );
}

interface PortWork {
  readonly object: LoadedObject;
  readonly spec: NonNullable<Service['spec']>;
  readonly selected: readonly Workload[];
  readonly view: ServiceView;
  readonly to: Conversion;
}

function portOf(port: ServicePort, index: number, work: PortWork): EndpointPort {
  const number = port.port ?? 0;
  return {
    port: number,
    targetPort: targetOf(port, index, work),
    protocol: protocolOf(port.protocol),
    ...present({ name: port.name, appProtocol: port.appProtocol, publish: publishOf(port, work) }),
  };
}

function targetOf(port: ServicePort, index: number, { object, selected, to }: PortWork): number {
  const target = port.targetPort ?? port.port ?? 0;
  if (typeof target === 'number') return target;
  const found = new Set(selected.flatMap((workload) => namedPort(workload, target) ?? []));
  const [first, ...others] = found;
  const at = PORTS.index(index).child('targetPort');
  if (first === undefined && selected.length > 0) {
    to.findings(object).warning('no-such-port', 'no container of the selected pods has a port of this name', at, {
      detail: target,
      fix: 'name the port in the container, or write its number here',
    });
  }
  if (others.length > 0) {
    to.findings(object).notHonoured(at, 'port-name', 'the selected workloads use different numbers for this port', {
      detail: `${target} is ${[...found].join(', ')}`,
      why: `all of them are called on ${first}`,
    });
  }
  return first ?? port.port ?? 0;
}

function namedPort({ template }: Workload, name: string): number | undefined {
  const containers = [...template.containers, ...template.initContainers.filter(({ sidecar }) => sidecar)];
  return containers.flatMap(({ ports }) => ports).find((port) => port.name === name)?.port;
}

/** NodePort services are published under their node port, LoadBalancer ones under the port itself. */
function publishOf(port: ServicePort, { object, spec, view }: PortWork): PublishedPort | undefined {
  if (spec.type === 'LoadBalancer') return { via: 'auto', hostPort: port.port ?? 0 };
  if (spec.type !== 'NodePort') return undefined;
  return { via: 'auto', hostPort: port.nodePort ?? view.nodePorts.choose(object, port) };
}

/** `hostPort` of containers: published on the host of the replica itself. */
export function hostPortEndpoint(
  workload: Workload,
  object: LoadedObject,
  containers: readonly HostPorts[],
): Endpoint[] {
  const ports = containers.flatMap(({ ports: list = [] }) =>
    list.flatMap((port): EndpointPort[] => {
      if (!port.hostPort || port.containerPort === undefined) return [];
      const publish: PublishedPort = { via: 'host', hostPort: port.hostPort, ...present({ hostIp: port.hostIP }) };
      return [
        { port: port.containerPort, targetPort: port.containerPort, protocol: protocolOf(port.protocol), publish },
      ];
    }),
  );
  if (ports.length === 0 || workload.template.network.mode === 'host') return [];
  return [
    {
      id: `${workload.id}@host`,
      name: workload.name,
      namespace: object.namespace,
      names: [],
      workloads: [workload.id],
      networks: [],
      ports,
      headless: false,
      publishNotReady: true,
      stickyByClientIp: false,
    },
  ];
}

export interface HostPorts {
  readonly ports?: readonly { containerPort?: number; hostPort?: number; hostIP?: string; protocol?: string }[];
}
