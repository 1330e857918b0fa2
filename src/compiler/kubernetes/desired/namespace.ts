import type { EnvVar } from '../../../model/desired.ts';
import type { Endpoints, Service } from '../api.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import type { Conversion } from './context.ts';
import { CROSS_NETWORK, serviceNames } from './ids.ts';
import type { NamespaceView } from './workloads.ts';

/** With more services than these the variables of all of them would make every container huge. */
const LINKS_MAX = 60;

/** What each namespace gives its pods: variables of services, lines for /etc/hosts, networks. */
export function namespaceViews(shared: ReadonlySet<string>, to: Conversion): (namespace: string) => NamespaceView {
  const views = new Map<string, NamespaceView>();
  return (namespace) => {
    const known = views.get(namespace);
    if (known) return known;
    const own = to.ofKind('Service').filter((service) => service.namespace === namespace);
    const view: NamespaceView = {
      links: serviceLinks(own, to),
      hosts: own.flatMap((service) => outsideAddresses(service, to)),
      networks: shared.size > 0 ? [CROSS_NETWORK] : [],
    };
    views.set(namespace, view);
    return view;
  };
}

function serviceLinks(services: readonly LoadedObject[], to: Conversion): EnvVar[] {
  const linked = services.filter(({ value }) => {
    const { spec = {} } = value as Service;
    return spec.type !== 'ExternalName' && spec.clusterIP !== 'None' && (spec.ports ?? []).length > 0;
  });
  const [first] = linked;
  if (linked.length > LINKS_MAX && first) {
    to.findings(first).notHonoured(FieldPath.root('spec'), 'service-links', 'the variables of services are left out', {
      detail: `${linked.length} services in namespace ${first.namespace}`,
      why: `with more than ${LINKS_MAX} of them they would make every container huge`,
      fix: 'use the names of the services',
    });
    return [];
  }
  return linked.flatMap(linksOf);
}

/** `DB_SERVICE_HOST`, `DB_SERVICE_PORT`, `DB_PORT_5432_TCP_ADDR`, … where a name stands for the address. */
function linksOf({ name, value }: LoadedObject): EnvVar[] {
  const ports = (value as Service).spec?.ports ?? [];
  const prefix = name.toUpperCase().replaceAll('-', '_');
  const [first] = ports;
  const url = (port: (typeof ports)[number]) => `${(port.protocol ?? 'TCP').toLowerCase()}://${name}:${port.port}`;
  const entries: [string, string][] = [
    [`${prefix}_SERVICE_HOST`, name],
    [`${prefix}_SERVICE_PORT`, String(first?.port ?? '')],
    ...ports.flatMap(({ name: port, port: number }): [string, string][] =>
      port ? [[`${prefix}_SERVICE_PORT_${port.toUpperCase().replaceAll('-', '_')}`, String(number)]] : [],
    ),
    [`${prefix}_PORT`, first ? url(first) : ''],
    ...ports.flatMap((port): [string, string][] => {
      const protocol = port.protocol ?? 'TCP';
      const base = `${prefix}_PORT_${port.port}_${protocol}`;
      return [
        [base, url(port)],
        [`${base}_PROTO`, protocol.toLowerCase()],
        [`${base}_PORT`, String(port.port)],
        [`${base}_ADDR`, name],
      ];
    }),
  ];
  return entries.map(([variable, text]) => ({ name: variable, value: text }));
}

/** A service without a selector stands for addresses outside; its name becomes a line in /etc/hosts. */
function outsideAddresses(service: LoadedObject, to: Conversion): { name: string; address: string }[] {
  const { spec = {} } = service.value as Service;
  if (spec.type === 'ExternalName' || Object.keys(spec.selector ?? {}).length > 0) return [];
  const endpoints = to.find('Endpoints', service.namespace, service.name)?.value as Endpoints | undefined;
  const addresses = (endpoints?.subsets ?? []).flatMap((subset) =>
    (subset.addresses ?? []).flatMap(({ ip }) => ip ?? []),
  );
  const [address] = addresses;
  const path = FieldPath.root('spec').child('selector');
  if (address === undefined) {
    to.findings(service).warning('no-pods', 'the service selects no pods', path, {
      why: 'it has no selector, and there are no Endpoints of its name in the files',
    });
    return [];
  }
  if (addresses.length > 1) {
    to.findings(service).notHonoured(path, 'endpoints', 'only the first address of the Endpoints is used', {
      detail: addresses.join(', '),
    });
  }
  return serviceNames(service.namespace, service.name).map((name) => ({ name, address }));
}

/**
 * Namespaces whose services are named in the objects of another namespace: `db.shop`, `db.shop.svc`. Only then do pods
 * share a network over the border.
 */
export function sharedNamespaces(to: Conversion): Set<string> {
  const services = to.ofKind('Service');
  const namespaces = new Set(to.objects.map(({ namespace }) => namespace).filter((name) => name !== ''));
  if (namespaces.size < 2) return new Set();
  const shared = new Set<string>();
  for (const object of to.objects) {
    const text = JSON.stringify(object.value);
    for (const { name, namespace } of services) {
      if (namespace === object.namespace || shared.has(namespace) || object.namespace === '') continue;
      if (new RegExp(`(?<![\\w-])${name}\\.${namespace}(?![\\w-])`).test(text)) shared.add(namespace);
    }
  }
  return shared;
}
