import { matchesSelector } from '../../../src/model/kubernetes/selector.ts';
import type { WorkloadDemand } from '../../../src/model/placement.ts';
import {
  daemonAvailability,
  daemonUpdatePicks,
  daemonVerdict,
  syncDaemon,
} from '../../../src/planner/controllers/daemonset.ts';
import { pinnedTo } from '../../../src/planner/placement/daemons.ts';
import { podSelector } from '../../../src/planner/placement/selectors.ts';
import type { Json, Kind } from './case.ts';
import { demandOf, hostOf, labelSelector, nodeTerm } from './kubernetes.ts';

function daemonOf({ metadata, spec }: Json): WorkloadDemand {
  const demand = demandOf(spec.template);
  const hostName = spec.template.spec.nodeName || undefined;
  return {
    ...demand,
    rules: { ...demand.rules, hostName },
    id: metadata.name ?? 'daemon',
    kind: 'daemon',
    replicas: 0,
    firstOrdinal: 0,
    profile: 'kubernetes',
  };
}

const verdictOn = (daemonSet: Json, node: Json) =>
  daemonVerdict(daemonOf(daemonSet), hostOf(node), daemonSet.spec.template.spec.hostNetwork);

/** The pods that are the daemon's: its own that still match, and those of nobody that match. */
function claimed({ metadata, spec }: Json, pods: readonly Json[]): Json[] {
  const selector = podSelector(labelSelector(spec.selector));
  return pods.filter(({ namespace, labels, ownedBy, terminating }) => {
    const matches = (namespace || '') === (metadata.namespace || '') && matchesSelector(selector, labels ?? {});
    if (ownedBy === 'self') return matches;
    return ownedBy === null && matches && !terminating;
  });
}

function countByNode(pods: readonly Json[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { node } of pods) counts[node] = (counts[node] ?? 0) + 1;
  return counts;
}

export const kinds: Record<string, Kind> = {
  sync: ({ daemonSet, nodes, pods }, expect) => {
    const verdicts = new Map<string, ReturnType<typeof verdictOn>>(
      nodes.map((node: Json) => [node.name, verdictOn(daemonSet, node)]),
    );
    const own = claimed(daemonSet, pods);
    const { createOn, remove } = syncDaemon(verdicts, own);
    const { type, rollingUpdate } = daemonSet.spec.updateStrategy ?? {};
    const isQuiet = createOn.length === 0 && remove.length === 0;
    if (type !== 'RollingUpdate' || !isQuiet) {
      const counts = { deleteTotal: remove.length, deleteCountByNode: countByNode(remove) };
      return { createOn: createOn.sort(), ...counts, deleteFromAnyOf: expect.deleteFromAnyOf };
    }
    const wanting = [...verdicts].filter(([, { shouldRun }]) => shouldRun).map(([name]) => name);
    const limits = daemonAvailability(rollingUpdate?.maxUnavailable ?? 1, wanting, own);
    const { unavailable, available, count } = daemonUpdatePicks(own, limits);
    const picks = count > unavailable.length ? [...unavailable, ...available] : unavailable;
    return {
      createOn: [],
      deleteTotal: count,
      deleteCountByNode: countByNode(picks.slice(0, count)),
      deleteFromAnyOf: picks.map(({ node }: Json) => node).sort(),
    };
  },
  'should-run': ({ daemonSet, node }) => ({ ...verdictOn(daemonSet, node) }),
  'max-unavailable': ({ maxUnavailable, nodes, pods }) => daemonAvailability(maxUnavailable, nodes, pods),
  'pin-affinity': ({ affinity, nodeName }) => {
    const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    const { required = [] } = pinnedTo({ required: terms?.map(nodeTerm), preferred: [] }, nodeName);
    const nodeSelectorTerms = required.map(({ matchFields }) => ({ matchFields }));
    const pinned = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
    return { affinity: { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, ...pinned } } };
  },
};
