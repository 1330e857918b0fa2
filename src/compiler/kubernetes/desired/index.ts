import type { Compiled } from '../../../model/compiled.ts';
import type { DesiredState, Endpoint, Network, Route, Workload } from '../../../model/desired.ts';
import { openshiftRoute } from '../../openshift/routes.ts';
import type { Pod, PodTemplateSpec } from '../api.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import { aliasOf, isAlias } from './alias.ts';
import { Conversion } from './context.ts';
import { CROSS_NETWORK, engineName, namespaceNetwork } from './ids.ts';
import { DEFAULT_PROBE_IMAGE, withLiveness } from './liveness/index.ts';
import { namespaceViews, sharedNamespaces } from './namespace.ts';
import { NodePorts } from './node-ports.ts';
import { reportNotHonoured } from './not-honoured.ts';
import { applyLimitRanges, budgetOf, reportIdleScalers } from './policies.ts';
import { DEFAULT_PROXY_IMAGE, withServicePorts } from './redirect.ts';
import { ingressRoutes } from './routes.ts';
import { endpointsOf, hostPortEndpoint } from './services.ts';
import { workloadOf } from './workloads.ts';

export interface DesiredOptions {
  readonly stack: string;
  /** Image of the proxy beside pods whose service has other ports than they. */
  readonly proxyImage?: string;
  /** Image with the tools of liveness probes; null leaves the probes to whoever reads the desired state. */
  readonly probeImage?: string | null;
}

interface Made {
  readonly object: LoadedObject;
  readonly workload: Workload;
}

/**
 * Turns API objects into the desired state of a stack. What plain hosts cannot do is a warning with its place; what a
 * pod needs and the files do not have is an error.
 */
export function kubernetesToDesired(objects: readonly LoadedObject[], options: DesiredOptions): Compiled {
  const to = new Conversion(lastOfEach(objects), options.stack);
  reportTwice(objects, to);
  applyLimitRanges(to);
  reportIdleScalers(to);
  for (const object of to.objects) reportNotHonoured(object, to);
  const shared = sharedNamespaces(to);
  const viewOf = namespaceViews(shared, to);
  const made = to.objects.flatMap((object) => {
    const id = to.workloadIds.get(object);
    return id === undefined ? [] : [{ object, workload: workloadOf(object, id, viewOf(object.namespace), to) }];
  });
  const workloads = made.map(({ workload }) => workload);
  const services = to.ofKind('Service');
  const view = { workloads, nodePorts: new NodePorts(services), shared };
  const endpoints = services.flatMap((s) => (isAlias(s) ? aliasOf(s, view, to) : endpointsOf(s, view, to)));
  const { proxyImage = DEFAULT_PROXY_IMAGE, probeImage = DEFAULT_PROBE_IMAGE } = options;
  const finished = ({ object, workload }: Made) => {
    const reached = withServicePorts(workload, endpoints, object, proxyImage, to);
    return probeImage === null ? reached : withLiveness(reached, object, probeImage, to);
  };
  const desired: DesiredState = {
    version: 1,
    stack: options.stack,
    workloads: made.map(finished),
    endpoints: [
      ...endpoints,
      ...made.flatMap(({ object, workload }) => hostPortEndpoint(workload, object, containersOf(object))),
    ],
    routes: routesOf(endpoints, to),
    networks: networksOf(workloads, shared, to),
    volumes: [...to.volumes.values()],
    configs: to.configs,
    secrets: to.secrets,
    disruptionBudgets: to.ofKind('PodDisruptionBudget').map((object) => budgetOf(object, workloads, to)),
    options: { strategy: 'spread' },
  };
  const { diagnostics, payloads, positions } = to;
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return { diagnostics, payloads, positions, ...(!failed && { desired }) };
}

function identityOf({ info, namespace, name }: LoadedObject): string {
  return `${info.kind}/${namespace}/${name}`;
}

/** Applying two objects of one name leaves the later one. */
function lastOfEach(objects: readonly LoadedObject[]): LoadedObject[] {
  const last = new Map(objects.map((object) => [identityOf(object), object]));
  return objects.filter((object) => last.get(identityOf(object)) === object);
}

function reportTwice(objects: readonly LoadedObject[], to: Conversion): void {
  const kept = new Set(to.objects);
  for (const object of objects) {
    if (kept.has(object)) continue;
    to.findings(object).warning(
      'defined-twice',
      'the object is defined again further on',
      FieldPath.root('metadata').child('name'),
      {
        detail: `${object.info.kind} ${object.name}`,
        why: 'the last definition counts',
      },
    );
  }
}

function containersOf({ info, value }: LoadedObject) {
  const spec =
    info.kind === 'Pod'
      ? (value as Pod).spec
      : (value.spec as { template?: PodTemplateSpec } | undefined)?.template?.spec;
  return (spec?.containers ?? []) as {
    ports?: { containerPort?: number; hostPort?: number; hostIP?: string; protocol?: string }[];
  }[];
}

function routesOf(endpoints: readonly Endpoint[], to: Conversion): Route[] {
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  return [
    ...to.ofKind('Ingress').flatMap((object) => ingressRoutes(object, byId, to)),
    ...to.ofKind('Route').flatMap((object) => openshiftRoute(object, byId, to)),
  ];
}

function networksOf(workloads: readonly Workload[], shared: ReadonlySet<string>, to: Conversion): Network[] {
  const used = new Set(
    workloads.flatMap(({ template }) =>
      template.network.mode === 'networks' ? template.network.attachments.map(({ network }) => network) : [],
    ),
  );
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace ?? 'default'))];
  const networks = namespaces.map((namespace) =>
    networkOf(namespaceNetwork(namespace), engineName(to.stack, namespace)),
  );
  if (shared.size > 0) networks.push(networkOf(CROSS_NETWORK, engineName(to.stack, 'cross-namespace')));
  return networks.filter(({ id }) => used.has(id));
}

function networkOf(id: string, name: string): Network {
  return {
    id,
    name,
    external: false,
    driverOptions: {},
    internal: false,
    attachable: false,
    enableIpv6: false,
    encrypted: false,
    ipam: { config: [], options: {} },
    labels: {},
  };
}
