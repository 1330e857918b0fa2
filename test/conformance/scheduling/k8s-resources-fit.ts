import { CPU, MEMORY } from '../../../src/planner/placement/amounts.ts';
import { PODS, shortages } from '../../../src/planner/placement/filters/resources.ts';
import { podLimits, podRequests } from '../../../src/planner/placement/pod-requests.ts';
import {
  balancedAllocation,
  freeShare,
  leastAllocated,
  mostAllocated,
  rateAllocation,
  takenShare,
} from '../../../src/planner/placement/scores/allocation.ts';
import { brokenLine, rateUtilisation } from '../../../src/planner/placement/scores/requested-to-capacity.ts';
import { spreadPeers } from '../../../src/planner/placement/scores/selector-spread.ts';
import { assumedRequest } from '../../../src/planner/placement/scores/utilisation.ts';
import type { Json, Kind } from './case.ts';
import { amountsOf, clusterOf, podAmounts } from './kubernetes.ts';
import { scores } from './verdicts.ts';

const perHost = (input: Json, rate: (cls: Json, host: Json, state: Json) => number) => {
  const { cls, state } = clusterOf(input);
  return { scores: Object.fromEntries(state.hosts.map((host) => [host.host.name, rate(cls, host, state)])) };
};

/** CPU in thousandths, as Kubernetes counts it. */
const inMilli = (resource: string, amount: number) => (resource === CPU ? amount / 1e6 : amount);

const quantities = (found: ReadonlyMap<string, number>) =>
  Object.fromEntries(
    [...found].map(([resource, amount]) => [resource, resource === CPU ? cpuText(amount) : `${amount}`]),
  );

const cpuText = (nano: number) => (nano % 1e9 === 0 ? `${nano / 1e9}` : `${nano / 1e6}m`);

/** Leaves out what the scheduler was configured to ignore. */
function ignoring(pod: Json, names: readonly string[] = [], groups: readonly string[] = []): Json {
  const isIgnored = (resource: string) =>
    names.includes(resource) || (resource.includes('/') && groups.includes(resource.split('/')[0] ?? ''));
  const strip = (container: Json) => ({
    ...container,
    resources: {
      requests: Object.fromEntries(
        Object.entries(container.resources?.requests ?? {}).filter(([key]) => !isIgnored(key)),
      ),
    },
  });
  const { containers = [], initContainers = [] } = pod.spec;
  return {
    ...pod,
    spec: { ...pod.spec, containers: containers.map(strip), initContainers: initContainers.map(strip) },
  };
}

export const kinds: Record<string, Kind> = {
  fit: ({ pod, node, existingPods, ignoredResources, ignoredResourceGroups }) => {
    const onNode = existingPods.map((one: Json) => ({ ...one, spec: { ...one.spec, nodeName: node.name } }));
    const asked = ignoring(pod, ignoredResources, ignoredResourceGroups);
    const { cls, state } = clusterOf({ pod: asked, nodes: [node], existingPods: onNode });
    const [host] = state.hosts;
    const short = host ? shortages(cls, host, state) : [];
    const insufficient = short.map(({ resource, requested, used, capacity }) => ({
      resource: resource === PODS ? 'pods' : resource,
      requested: inMilli(resource, requested),
      used: inMilli(resource, used),
      capacity: inMilli(resource, capacity),
    }));
    return { fits: short.length === 0, insufficient };
  },
  'score-least-allocated': (input) => weighted(input, freeShare, leastAllocated),
  'score-most-allocated': (input) => weighted(input, takenShare, mostAllocated),
  'score-balanced-allocation': (input) => ({ scores: scores(balancedAllocation, clusterOf(input)) }),
  'score-requested-to-capacity': (input) => {
    const line = input.shape.map(({ utilization, score }: Json) => [utilization, score * 10]);
    return perHost(input, (cls, host, state) => rateUtilisation(line, cls, host, state, Object.entries(input.weights)));
  },
  'broken-linear': ({ points, p }) => ({ value: brokenLine(points, p) }),
  'score-sum-least+balanced+selectorspread': (input) => {
    const all = [leastAllocated, balancedAllocation, spreadPeers].map((score) => scores(score, clusterOf(input)));
    const names = Object.keys(all[0]);
    return { scores: Object.fromEntries(names.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0)])) };
  },
  'nonzero-request': ({ requests }) => ({
    milliCPU: assumedRequest(CPU, amountsOf(requests).get(CPU)) / 1e6,
    memoryBytes: assumedRequest(MEMORY, amountsOf(requests).get(MEMORY)),
  }),
  'nonzero-request-for-resource': ({ requests, resource }) => ({
    quantity: inMilli(resource, assumedRequest(resource, amountsOf(requests).get(resource))),
  }),
  'pod-requests': ({ pod }) => ({
    requests: quantities(podRequests(podAmounts(pod.spec))),
    limits: quantities(podLimits(podAmounts(pod.spec, 'limits'))),
  }),
  'pod-request-of-resource': ({ pod, resource }) => {
    const own = podRequests({ ...podAmounts(pod.spec), overhead: undefined }).get(resource) ?? 0;
    const withOverhead = podRequests(podAmounts(pod.spec)).get(resource) ?? 0;
    return { value: inMilli(resource, own === 0 ? 0 : withOverhead) };
  },
};

function weighted(input: Json, rate: typeof freeShare, score: typeof leastAllocated): Json {
  if (!input.weights) return { scores: scores(score, clusterOf(input)) };
  const weights = Object.entries(input.weights) as [string, number][];
  return perHost(input, (cls, host, state) => rateAllocation(rate, cls, host, state, weights));
}
