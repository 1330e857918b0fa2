import { hostPorts } from '../../../src/planner/placement/filters/host-ports.ts';
import { PortTable } from '../../../src/planner/placement/ports.ts';
import type { Json, Kind } from './case.ts';
import { clusterOf, portOf } from './kubernetes.ts';
import { fits } from './verdicts.ts';

export const kinds: Record<string, Kind> = {
  filter: ({ pod, existingPods }) => {
    const onNode = existingPods.map((one: Json) => ({ ...one, spec: { ...one.spec, nodeName: 'node' } }));
    return { fits: fits([hostPorts], clusterOf({ pod, nodes: [{ name: 'node' }], existingPods: onNode })) };
  },
  conflict: ({ used, want }) => {
    const table = new PortTable();
    for (const port of used) table.add(portOf(port));
    return { conflict: table.conflicts(portOf(want)) };
  },
};
