import type { GatewayEntry, GatewayServerRef, NotedEntry } from '../../model/gateway.ts';
import type { StepRunner, StepScope } from '../docker/steps/types.ts';
import { removeGateway } from './ensure.ts';
import { withGatewayLock } from './lock.ts';
import { readEntries, writeEntry } from './notes.ts';
import { emptyEntry, withConfig } from './slots.ts';
import { syncGateway } from './sync.ts';

/** Listeners and back ends of the stack; one without listeners leaves, and the last to leave takes the gateway along. */
export const configureGateway: StepRunner<'gateway.configure'> = async (step, scope) => {
  await changeEntry(scope, step.config.stack, (entry) => ({ entry: withConfig(entry, step.config), confirm: [] }));
};

export interface EntryChange {
  readonly entry: GatewayEntry;
  /** Servers that must be up for the change to count. */
  readonly confirm: readonly GatewayServerRef[];
  /** What runs is so already. */
  readonly isNoteOnly?: boolean;
}

/**
 * Changes what a stack has in the host's gateway, under the lock that all stacks share. The note on the host is written
 * last: what it says has been confirmed.
 */
export async function changeEntry(
  scope: StepScope,
  stack: string,
  change: (entry: GatewayEntry) => EntryChange | Promise<EntryChange>,
): Promise<void> {
  const { host, signal, context } = scope;
  await withGatewayLock(host, signal, async () => {
    const notes = await readEntries(host, signal);
    const mine: NotedEntry | undefined = notes.get(stack);
    const { entry, confirm, isNoteOnly } = await change(mine?.entry ?? emptyEntry(stack));
    const others = [...notes].filter(([name]) => name !== stack).map(([, noted]) => noted.entry);
    const isLeaving = entry.config.listeners.length === 0;
    if (isLeaving && others.length === 0) await removeGateway(scope);
    else if (!isNoteOnly) {
      const entries = isLeaving ? others : [...others, entry];
      const before = [...notes.values()].map((n) => n.entry);
      await syncGateway({ host, signal, payloads: context.payloads, entries, before, confirm });
    }
    if (JSON.stringify(entry) !== JSON.stringify(mine?.entry)) await writeEntry(host, entry, mine, signal);
  });
}
