import { isSameTaint, parseTaints, taintText } from '../../../src/model/taint.ts';
import { availability } from '../../../src/planner/placement/filters/availability.ts';
import { taints as taintFilter } from '../../../src/planner/placement/filters/taints.ts';
import { fewerTaints } from '../../../src/planner/placement/scores/taints.ts';
import { tolerates, untolerated } from '../../../src/planner/placement/taints.ts';
import type { Kind } from './case.ts';
import { clusterOf } from './kubernetes.ts';
import { fits, scores } from './verdicts.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export const kinds: Record<string, Kind> = {
  filter: ({ pod, node }) => ({ fits: fits([taintFilter], clusterOf({ pod, nodes: [node] })) }),
  unschedulable: ({ pod, node }) => ({ fits: fits([availability], clusterOf({ pod, nodes: [node] })) }),
  score: (input) => ({ scores: scores(fewerTaints, clusterOf(input)) }),
  tolerates: ({ toleration, taint }) => ({ tolerated: tolerates(toleration, taint) }),
  'tolerates-all': ({ tolerations, taints, onlyEffects }) => ({
    tolerated: untolerated(taints, tolerations, onlyEffects ?? EFFECTS) === undefined,
  }),
  'same-taint': ({ a, b }) => ({ same: isSameTaint(a, b) }),
  'taint-string': ({ taint }) => ({ string: taintText(taint) }),
  parse: ({ specs }) => {
    const edit = parseTaints(specs);
    const full = ({ key, value = '', effect = '' }: { key: string; value?: string; effect?: string }) => ({
      key,
      value,
      effect,
    });
    return edit ? { add: edit.add.map(full), remove: edit.remove.map(full) } : { error: true };
  },
};
