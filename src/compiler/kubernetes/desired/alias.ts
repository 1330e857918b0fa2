import type { Endpoint } from '../../../model/desired.ts';
import type { Service } from '../api.ts';
import type { LoadedObject } from '../load.ts';
import { FieldPath } from '../path.ts';
import type { Conversion } from './context.ts';
import { CROSS_NETWORK, namespaceNetwork, qualified, qualifiedServiceNames, serviceNames } from './ids.ts';
import { type ServiceView, selectedWorkloads } from './services.ts';

const PATH = FieldPath.root('spec').child('externalName');

export function isAlias({ value }: LoadedObject): boolean {
  return (value as Service).spec?.type === 'ExternalName';
}

/**
 * The endpoint of an ExternalName service: another name for the pods behind a Service of these files. A name outside
 * stays a note: the engines' name servers have addresses, not aliases.
 */
export function aliasOf(object: LoadedObject, view: ServiceView, to: Conversion): Endpoint[] {
  const { name, namespace } = object;
  const externalName = (object.value as Service).spec?.externalName ?? '';
  to.place('endpoint', qualified(namespace, name), object);
  const target = serviceBehind(externalName, to);
  const endpoint: Endpoint = {
    id: qualified(namespace, name),
    name,
    namespace,
    names: serviceNames(namespace, name),
    workloads: target === undefined ? [] : selectedWorkloads(target, view.workloads).map(({ id }) => id),
    networks: [namespaceNetwork(namespace)],
    ports: [],
    headless: false,
    publishNotReady: false,
    stickyByClientIp: false,
    externalName,
  };
  if (target === undefined) {
    to.findings(object).notHonoured(PATH, 'external-name', 'a name outside is not resolved under another one', {
      detail: externalName,
      why: 'the name servers of engines know no aliases for names that are not theirs',
      fix: `use ${externalName} itself in the pods`,
    });
  }
  if (target === undefined || target.namespace === namespace) return [endpoint];
  return [{ ...endpoint, names: acrossBorder(object, to), networks: [CROSS_NETWORK] }];
}

/** The Service a name such as `db.shop.svc.cluster.local` means. */
function serviceBehind(externalName: string, to: Conversion): LoadedObject | undefined {
  const isMeant = ({ name, namespace }: LoadedObject) =>
    qualifiedServiceNames(namespace, name).includes(externalName.replace(/\.$/, ''));
  return to.ofKind('Service').find((s) => isMeant(s) && !isAlias(s));
}

/** Over the border the plain name is used only where no other namespace has one like it. */
function acrossBorder(object: LoadedObject, to: Conversion): string[] {
  const { name, namespace } = object;
  const isTaken = to.ofKind('Service').some((s) => s.name === name && s.namespace !== namespace);
  return isTaken ? qualifiedServiceNames(namespace, name) : serviceNames(namespace, name);
}
