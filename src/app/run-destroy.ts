import { ledgerName } from '../executors/ledger/names.ts';
import type { ExitCode } from '../model/exit-codes.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveState } from '../model/live.ts';
import { openOptions } from './cli/open-options.ts';
import { lockWait, type RunFlags } from './cli/run-flags.ts';
import { unusedNames } from './data-loss.ts';
import { type DeployUi, deploy } from './deploy.ts';
import { emptyState } from './empty-state.ts';
import { makePlan } from './make-plan.ts';
import { withSession } from './session.ts';
import { resolveSettings, type SettingsFlags } from './settings.ts';
import { stackName } from './stack-name.ts';

export interface DestroyRequest {
  readonly flags: SettingsFlags & RunFlags;
  /** Engine names of volumes that go with their data. */
  readonly removeVolumes: readonly string[];
  readonly ui: DeployUi;
}

/** `stowage destroy`: everything of the stack goes but its volumes, which are named at the end. */
export async function runDestroy({ flags, removeVolumes, ui }: DestroyRequest): Promise<ExitCode> {
  const settings = await resolveSettings(flags, process.cwd(), process.env);
  const stack = (await stackName(settings)) ?? settings.defaultStack;
  return await withSession(settings.inventory.hosts, openOptions(settings), async (session) => {
    const options = { resolve: false, refresh: false, removeVolumes, isDestroy: true };
    const replan = () => makePlan(emptyState(stack), session.readers, options);
    const made = await replan();
    await ui.warn(unusedNames(made.plan, removeVolumes));
    const code = await deploy({
      ...made,
      session,
      payloads: new Map(),
      policy: settings.policy,
      question: `Remove stack ${stack} from ${made.plan.hosts.join(', ')}?`,
      action: 'destroy',
      cause: flags.cause ?? 'stowage destroy',
      lockWaitMs: lockWait(flags['lock-timeout']),
      isDestroy: true,
      mayLose: removeVolumes,
      replan,
      ui,
    });
    if (!ui.json) ui.print(keptVolumes(made.live, stack, removeVolumes));
    return code;
  });
}

function keptVolumes(live: LiveState, stack: string, removed: readonly string[]): string {
  const kept = live.hosts.flatMap((h) =>
    h.volumes
      .filter(
        (v) => v.labels[LABEL.stack] === stack && v.labels[LABEL.resource] !== undefined && !removed.includes(v.name),
      )
      .map((v) => `  ${v.name} on ${h.name}\n`),
  );
  const history = `The history stays on the hosts, in volume ${ledgerName(stack)}.\n`;
  if (kept.length === 0) return history;
  return `Volumes are kept with their data; delete one with --allow-data-loss NAME:\n${kept.join('')}${history}`;
}
