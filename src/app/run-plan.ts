import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { Plan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { PlanAnswers } from '../render/plan/answers.ts';
import { openOptions } from './cli/open-options.ts';
import type { PlanFlags } from './cli/plan-flags.ts';
import { askedOf, explained, type QuestionFlags } from './cli/question-flags.ts';
import type { CompiledStack } from './compile.ts';
import { enforceUnused, unusedNames } from './data-loss.ts';
import { type MadePlan, makePlan } from './make-plan.ts';
import { compileFor, planOptions, settle } from './prepare.ts';
import { pruneAfterApply } from './prune-history.ts';
import type { Settings, SettingsFlags } from './settings.ts';

export interface PlanRun {
  readonly plan: Plan;
  readonly answers: PlanAnswers;
  readonly notices: readonly Diagnostic[];
  readonly policy: Policy;
}

/** `stowage plan`: compiles, observes (or reads a snapshot) and plans; changes nothing. */
export async function runPlan(flags: SettingsFlags & PlanFlags & QuestionFlags): Promise<PlanRun> {
  const settings = await settle(flags);
  const compiling = () => compileFor(settings, flags, { payloads: false });
  const { compiled, made, told } =
    flags.against === undefined
      ? await fromHosts(flags, settings, compiling)
      : await fromSnapshot(flags, flags.against, await compiling());
  enforceUnused(made.plan);
  return {
    plan: made.plan,
    answers: answersOf(flags, made),
    notices: [
      ...settings.warnings,
      ...compiled.diagnostics,
      ...told,
      ...made.plan.warnings,
      ...unusedNames(made.plan, flags['allow-data-loss'] ?? []),
    ],
    policy: settings.policy,
  };
}

interface Planned {
  readonly compiled: CompiledStack;
  readonly made: MadePlan;
  /** What the history says. */
  readonly told: readonly Diagnostic[];
}

async function fromHosts(
  flags: PlanFlags & QuestionFlags,
  settings: Settings,
  compiling: () => Promise<CompiledStack>,
): Promise<Planned> {
  const { hosts } = settings.inventory;
  const asked = await askedOf(
    flags,
    hosts.map((h) => h.name),
  );
  const [{ historyForPlan }, { historyNotices }, { awayReplicas, withSessionWithout }] = await Promise.all([
    import('./resume.ts'),
    import('./history-notices.ts'),
    import('./without.ts'),
  ]);
  const { without } = asked.whatIf;
  const work = async () => {
    const compiled = await compiling();
    return { compiled, options: { ...planOptions(flags, compiled), ...asked } };
  };
  return await withSessionWithout(hosts, without, openOptions(settings), work, async ({ readers }, done) => {
    const { compiled, options } = done;
    const { stack } = compiled.desired;
    const away = await awayReplicas(readers, stack, without);
    const prune = pruneAfterApply(compiled.desired, readers, flags.target);
    const [made, history] = await Promise.all([
      makePlan(compiled.desired, readers, { ...options, ...prune, away }),
      historyForPlan(readers, stack),
    ]);
    return { compiled, made, told: historyNotices(history, made) };
  });
}

async function fromSnapshot(flags: PlanFlags & QuestionFlags, path: string, compiled: CompiledStack): Promise<Planned> {
  const { loadSnapshot } = await import('./snapshot.ts');
  const live = loadSnapshot(path);
  const asked = await askedOf(
    flags,
    live.hosts.map((h) => h.name),
  );
  const options = { ...planOptions(flags, compiled), ...asked, resolve: false, live };
  return { compiled, made: await makePlan(compiled.desired, [], options), told: [] };
}

/** @throws DiagnosticError (64) for a step or workload that is not in the plan */
function answersOf(flags: QuestionFlags, { plan, placement }: MadePlan): PlanAnswers {
  const { workloads, steps } = explained(flags);
  const unknown = [
    ...workloads
      .filter((w) => !placement.explanations.some((e) => e.workload === w))
      .map((w) => notThere(w, 'workload')),
    ...steps.filter((id) => !plan.steps.some((s) => s.id === id)).map((id) => notThere(String(id), 'step')),
  ];
  if (unknown.length > 0) throw new DiagnosticError(unknown, EXIT.usage);
  return {
    isAsked: workloads.length + steps.length > 0 || flags.rebalance,
    explanations: placement.explanations,
    steps,
    ...(flags.rebalance ? { moves: placement.moves } : {}),
  };
}

function notThere(name: string, kind: 'workload' | 'step'): Diagnostic {
  return {
    severity: 'error',
    code: `usage/no-such-${kind}`,
    message: `the plan has no such ${kind}`,
    where: `--explain ${name}`,
    fix: kind === 'step' ? 'stowage plan --steps lists them by number' : 'name a workload of the files',
  };
}
