import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import type { Plan } from '../model/plan.ts';
import { VERSION } from './cli/package.ts';
import { lockWait, type RunFlags } from './cli/run-flags.ts';
import { confirm } from './confirm.ts';
import { type DeployUi, enforcePolicy, jsonNeedsYes, nothingToDo } from './deploy.ts';
import { emptyState } from './empty-state.ts';
import { readHistory } from './history.ts';
import { observe } from './make-plan.ts';
import type { MadePrune } from './prune-run.ts';
import type { SettingsFlags } from './settings.ts';
import { type StackSession, withStack } from './stack-session.ts';

export interface PruneFlags {
  readonly keep?: number;
  readonly images: boolean;
  readonly 'remove-volume'?: readonly string[];
  readonly 'dry-run': boolean;
}

export interface PruneRequest {
  readonly flags: SettingsFlags & RunFlags & PruneFlags;
  readonly ui: DeployUi;
}

/** `stowage prune`: what is ours and of no use any more goes, as a plan like any other that makes no revision. */
export async function runPrune({ flags, ui }: PruneRequest): Promise<ExitCode> {
  return await withStack(flags, async (on) => {
    const make = () => makePrune(on, flags);
    const made = await make();
    await ui.warn(on.settings.warnings);
    if (flags['dry-run']) return await showOnly(made.plan, ui);
    if (!ui.json) ui.print(await textOf(made.plan, ui));
    if (made.plan.steps.length === 0) return nothingToDo(ui);
    await enforcePolicy(made.plan, on.settings.policy);
    if (ui.json && !ui.yes) throw new DiagnosticError([jsonNeedsYes], EXIT.usage);
    await confirm(`Remove this from ${made.plan.hosts.join(', ')}?`, ui.yes);
    const { prune } = await import('./prune-run.ts');
    return await prune({ on, made, make, ui, lockWaitMs: lockWait(flags['lock-timeout']), cause: flags.cause });
  });
}

async function makePrune({ session, stack, settings }: StackSession, flags: PruneRequest['flags']): Promise<MadePrune> {
  const [{ planPrune }, { imagesToKeep, unusedPayloads }, { unusedFolders }] = await Promise.all([
    import('../planner/prune/plan.ts'),
    import('./prune-history.ts'),
    import('./prune-folders.ts'),
  ]);
  const { readers } = session;
  const [live, history] = await Promise.all([observe(readers, stack, { refresh: false }), readHistory(session, stack)]);
  const keep = flags.keep ?? settings.options.prune?.keep;
  const images = await imagesToKeep(live, readers, { stack, history, keep });
  const result = planPrune(live, {
    toolVersion: VERSION,
    desired: history.current?.revision.desired ?? emptyState(stack),
    images,
    removeVolumes: flags['remove-volume'] ?? [],
    payloads: flags.images ? new Map() : await unusedPayloads(readers, { stack, history }),
    folders: flags.images ? new Map() : await unusedFolders(session.connections, { stack, history, keep: images.keep }),
    onlyImages: flags.images,
  });
  if (!result.ok) throw new DiagnosticError(result.diagnostics, EXIT.usage);
  return { plan: result.plan, history };
}

async function showOnly(plan: Plan, ui: DeployUi): Promise<ExitCode> {
  if (!ui.json) ui.print(await textOf(plan, ui));
  else {
    const { formatPlan } = await import('../render/plan/format.ts');
    ui.print(await formatPlan(plan, 'json', ui.terminal, {}));
  }
  return EXIT.done;
}

async function textOf(plan: Plan, ui: DeployUi): Promise<string> {
  if (plan.steps.length === 0) return `Stack ${plan.stack}: nothing to remove.\n`;
  const { renderPlan } = await import('../render/plan.ts');
  return renderPlan(plan, ui.terminal);
}
