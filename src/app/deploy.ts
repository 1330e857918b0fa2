import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import type { RunOutcome } from '../model/events.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import type { LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Terminal } from '../render/terminal.ts';
import { terminalOf } from '../render/terminal.ts';
import { applyPlan, exitCodeOf } from './apply.ts';
import { confirm } from './confirm.ts';
import { onInterrupt } from './interrupt.ts';
import type { Session } from './session.ts';

/** How a run talks to the person or the pipeline in front of it. */
export interface DeployUi {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly yes: boolean;
  readonly color?: boolean;
  print(text: string): void;
  warn(diagnostics: readonly Diagnostic[]): Promise<void>;
}

export interface DeployInput {
  readonly plan: Plan;
  readonly live: LiveState;
  readonly session: Session;
  readonly payloads: ReadonlyMap<string, Uint8Array>;
  readonly policy: Policy;
  readonly question: string;
  readonly ui: DeployUi;
}

/**
 * Shows a plan, has it approved and runs it.
 *
 * @returns the exit code; 0 also when there is nothing to do
 * @throws DiagnosticError when the policy refuses, nobody can approve, or the answer is no
 */
export async function deploy(input: DeployInput): Promise<ExitCode> {
  const { plan, ui } = input;
  const { isEmpty, renderPlan } = await import('../render/plan.ts');
  if (!ui.json) ui.print(renderPlan(plan, ui.terminal));
  if (isEmpty(plan)) {
    if (ui.json) ui.print(`${JSON.stringify({ type: 'run.finished', outcome: NOTHING })}\n`);
    return EXIT.done;
  }
  await enforcePolicy(plan, input.policy);
  if (ui.json && !ui.yes) throw new DiagnosticError([jsonNeedsYes], EXIT.usage);
  await confirm(input.question, ui.yes);
  const outcome = await runWithProgress(input);
  await ui.warn(outcome.diagnostics);
  if (!ui.json) ui.print(closingLine(plan, outcome));
  return exitCodeOf(outcome);
}

const NOTHING: RunOutcome = { status: 'done', done: [], failed: [], notStarted: [], diagnostics: [] };

const jsonNeedsYes: Diagnostic = {
  severity: 'error',
  code: 'apply/not-approved',
  message: 'nothing was applied: --json cannot ask',
  why: 'a plan is applied only once somebody has approved it',
  fix: 'pass --yes beside --json',
};

/** @throws DiagnosticError (77) with every rule the plan breaks */
export async function enforcePolicy(plan: Plan, policy: Policy): Promise<void> {
  const { checkPolicy } = await import('../planner/policy/index.ts');
  const violations = checkPolicy(plan, policy, Date.now());
  if (violations.length > 0) throw new DiagnosticError(violations, EXIT.policy);
}

async function runWithProgress(input: DeployInput): Promise<RunOutcome> {
  const { plan, ui } = input;
  const { createProgress } = await import('../render/progress.ts');
  const terminal = await terminalOf(process.stderr, ui.color);
  const progress = ui.json ? undefined : await createProgress({ steps: plan.steps, terminal });
  const interrupt = onInterrupt((text) => (progress === undefined ? process.stderr.write(text) : progress.note(text)));
  try {
    return await applyPlan({
      ...input,
      interrupt,
      listener: (event) => {
        progress?.listener(event);
        if (ui.json) ui.print(`${JSON.stringify(event)}\n`);
      },
    });
  } finally {
    interrupt.dispose();
    await progress?.finish();
  }
}

function closingLine(plan: Plan, outcome: RunOutcome): string {
  const count = `${outcome.done.length} of ${plan.steps.length} steps done`;
  if (outcome.status === 'done') return `Applied stack ${plan.stack}: ${count}.\n`;
  const failed = outcome.failed.length > 0 ? `, ${outcome.failed.length} failed` : '';
  const rest = outcome.notStarted.length > 0 ? `, ${outcome.notStarted.length} not started` : '';
  const head = outcome.status === 'interrupted' ? 'Stopped' : 'Failed';
  return `${head}: ${count}${failed}${rest}. stowage plan shows what remains.\n`;
}
