import type { Container, Workload } from '../../model/desired.ts';
import { podName } from '../names.ts';
import type { ReplicaPlace, SpecContext } from './context.ts';

/**
 * Value of a Kubernetes downward API field for one replica.
 *
 * @returns undefined for what is only known once the pod runs (`status.podIP`); the compiler warns of those
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export function fieldValue(
  path: string,
  workload: Workload,
  place: ReplicaPlace,
  context: SpecContext,
): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) {
    const [, map, key] = keyed;
    return workload.template[map as 'labels' | 'annotations'][key as string] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return podName(workload, place.ordinal);
    case 'metadata.namespace':
      return workload.namespace ?? 'default';
    case 'metadata.uid':
      return `${context.stack}-${workload.id}-${place.ordinal}`.replace(/\//g, '-');
    case 'metadata.labels':
      return propertyLines(workload.template.labels);
    case 'metadata.annotations':
      return propertyLines(workload.template.annotations);
    case 'spec.nodeName':
      return place.host;
    case 'status.hostIP':
    case 'status.hostIPs':
      return context.hostAddress(place.host);
    case 'spec.serviceAccountName':
      return 'default';
    default:
      return undefined;
  }
}

/** Value of a `resourceFieldRef`, e.g. `limits.cpu`, rounded up to whole divisors. */
export function resourceValue(resource: string, divisor: string, container: Container): string {
  const [kind, name] = resource.split('.', 2) as [string, string];
  const amounts = kind === 'limits' ? container.resources.limits : container.resources.reservations;
  const amount =
    name === 'cpu'
      ? amounts.cpus
      : name === 'memory'
        ? amounts.memoryBytes
        : name === 'ephemeral-storage'
          ? amounts.ephemeralStorageBytes
          : undefined;
  return String(Math.ceil((amount ?? 0) / divisorAmount(divisor)));
}

const DIVISORS: Readonly<Record<string, number>> = {
  '1m': 0.001,
  '1': 1,
  '1k': 1e3,
  '1M': 1e6,
  '1G': 1e9,
  '1T': 1e12,
  '1Ki': 2 ** 10,
  '1Mi': 2 ** 20,
  '1Gi': 2 ** 30,
  '1Ti': 2 ** 40,
};

function divisorAmount(divisor: string): number {
  return DIVISORS[divisor] ?? 1;
}

function propertyLines(map: Readonly<Record<string, string>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}
