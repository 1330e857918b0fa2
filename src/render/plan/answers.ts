import type { PlacementExplanation, RebalanceMove } from '../../model/placement.ts';
import type { Plan } from '../../model/plan.ts';
import { renderExplanation, renderMoves } from '../placement.ts';
import type { Terminal } from '../terminal.ts';
import { explainStep } from './explain-step.ts';

/** What `--explain` and `--rebalance` asked for. */
export interface PlanAnswers {
  readonly isAsked: boolean;
  readonly explanations: readonly PlacementExplanation[];
  /** Numbers of steps to explain. */
  readonly steps: readonly number[];
  /** Absent when no rebalancing was asked for. */
  readonly moves?: readonly RebalanceMove[];
}

/** The answers, one block each. */
export async function renderAnswers(plan: Plan, answers: PlanAnswers, terminal: Terminal): Promise<string> {
  const blocks: string[] = [];
  for (const explanation of answers.explanations) blocks.push(await renderExplanation(explanation, terminal));
  for (const id of answers.steps) {
    const step = plan.steps.find((s) => s.id === id);
    if (step !== undefined) blocks.push(explainStep(plan, step, terminal.style));
  }
  if (answers.moves !== undefined) blocks.push(await renderMoves(answers.moves, terminal));
  return blocks.join('\n');
}
