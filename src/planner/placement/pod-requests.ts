import type { Container, PodTemplate, ResourceAmounts } from '../../model/desired.ts';
import { amounts, BASIC, CPU, MEMORY } from './amounts.ts';
import { assumedRequest } from './scores/utilisation.ts';

/** Amounts by resource name, in the units of `amounts.ts`. */
export type Amounts = ReadonlyMap<string, number>;

/** The containers of a pod by what they ask for. */
export interface PodAmounts {
  readonly containers: readonly Amounts[];
  /** Run one after the other before the others; a sidecar goes on beside them. */
  readonly initContainers: readonly { readonly amounts: Amounts; readonly sidecar?: boolean }[];
  readonly overhead?: Amounts;
}

/**
 * What a pod asks of its host: the containers together, or one init container (with the sidecars started before it)
 * if that asks for more, and the overhead.
 *
 * @see kubernetes pkg/api/v1/resource, PodRequestsAndLimits
 */
export function podRequests({ containers, initContainers, overhead }: PodAmounts): Map<string, number> {
  const total = atPeak(containers, initContainers);
  for (const [resource, amount] of overhead ?? []) add(total, resource, amount);
  return total;
}

/** The same for limits, where the overhead only comes on top of a limit that is there. */
export function podLimits({ containers, initContainers, overhead }: PodAmounts): Map<string, number> {
  const total = atPeak(containers, initContainers);
  for (const [resource, amount] of overhead ?? []) if (total.get(resource)) add(total, resource, amount);
  return total;
}

/** What scoring assumes: each container that does not say takes a little CPU and memory. */
export function scoredRequests(pod: PodAmounts): Map<string, number> {
  return podRequests({
    ...pod,
    containers: pod.containers.map(assume),
    initContainers: pod.initContainers.map((one) => ({ ...one, amounts: assume(one.amounts) })),
  });
}

/** Amounts back in the model's words. */
export function resourceAmounts(total: Amounts): ResourceAmounts {
  const generic = [...total].filter(([resource]) => !BASIC.includes(resource));
  const [cpu, memory, disk] = BASIC.map((resource) => total.get(resource));
  return {
    ...(cpu === undefined ? {} : { cpus: cpu / 1e9 }),
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(disk === undefined ? {} : { ephemeralStorageBytes: disk }),
    ...(generic.length === 0 ? {} : { generic: Object.fromEntries(generic) }),
  };
}

/** The containers of a template as amounts. A countable resource that only has a limit is reserved in full. */
export function templateAmounts({ containers, initContainers }: PodTemplate): PodAmounts {
  const of = ({ resources: { reservations, limits } }: Container) =>
    amounts({ ...reservations, generic: reservations.generic ?? limits.generic ?? {} });
  return {
    containers: containers.map(of),
    initContainers: initContainers.map((one) => ({ amounts: of(one), sidecar: one.sidecar })),
  };
}

function atPeak(containers: PodAmounts['containers'], inits: PodAmounts['initContainers']): Map<string, number> {
  const together = sum([...containers, ...inits.filter(({ sidecar }) => sidecar).map((one) => one.amounts)]);
  const started: Amounts[] = [];
  for (const { amounts: own, sidecar } of inits) {
    for (const [resource, amount] of sum([own, ...started])) {
      together.set(resource, Math.max(together.get(resource) ?? amount, amount));
    }
    if (sidecar) started.push(own);
  }
  return together;
}

function assume(own: Amounts): Amounts {
  const assumed = new Map(own);
  for (const resource of [CPU, MEMORY]) assumed.set(resource, assumedRequest(resource, own.get(resource)));
  return assumed;
}

function sum(all: readonly Amounts[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const one of all) for (const [resource, amount] of one) add(total, resource, amount);
  return total;
}

function add(total: Map<string, number>, resource: string, amount: number): void {
  total.set(resource, (total.get(resource) ?? 0) + amount);
}
