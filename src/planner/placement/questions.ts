import type {
  PlacementExplanation,
  PlacementRequest,
  PlacementResult,
  RebalanceMove,
  SchedulingHost,
} from '../../model/placement.ts';
import { placeOrStay, type Stuck } from './drain.ts';
import { explainPlacement } from './explain.ts';
import { rebalance } from './rebalance.ts';
import { addHost, drainHost, withoutHost } from './what-if.ts';

/** What may be asked besides where everything goes. */
export interface PlacementQuestions {
  /** As if these hosts were gone. */
  readonly without?: readonly string[];
  /** As if these hosts had to be emptied. */
  readonly drain?: readonly string[];
  /** As if there were these hosts too. */
  readonly addHosts?: readonly SchedulingHost[];
  /** Move what runs for balance. */
  readonly rebalance?: boolean;
  /** Workloads whose placement is explained. */
  readonly explain?: readonly string[];
}

export interface PlacementAnswer {
  /** The question that was answered, with other hosts where that was asked. */
  readonly request: PlacementRequest;
  readonly result: PlacementResult;
  readonly moves: readonly RebalanceMove[];
  /** What cannot leave the drained hosts, and why. */
  readonly stuck: readonly Stuck[];
  readonly explanations: readonly PlacementExplanation[];
}

/** Places a stack, and answers what was asked besides with the same engine. No host is touched. */
export function answerPlacement(request: PlacementRequest, questions: PlacementQuestions = {}): PlacementAnswer {
  const { without = [], drain = [], addHosts = [], explain = [] } = questions;
  let asked = request;
  for (const name of without) asked = withoutHost(asked, name);
  for (const name of drain) asked = drainHost(asked, name);
  for (const host of addHosts) asked = addHost(asked, host);
  const { request: settled, result: placed, stuck } = placeOrStay(asked);
  const { moves, result } = questions.rebalance ? rebalance(settled, placed) : { moves: [], result: placed };
  const explanations = explain.flatMap((workload) => explainPlacement(settled, result, workload) ?? []);
  return { request: settled, result, moves, stuck, explanations };
}
