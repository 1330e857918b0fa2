import { LEDGER_LABEL } from '../executors/ledger/names.ts';
import { readLedger } from '../executors/ledger/read.ts';
import { LedgerStore } from '../executors/ledger/store.ts';
import type { HostReader } from '../executors/transport/connection.ts';
import type { DesiredState } from '../model/desired.ts';
import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { LiveState } from '../model/live.ts';
import type { LedgerState } from '../model/revision.ts';
import type { ImagePrune } from '../planner/prune/images.ts';
import { type Coming, DEFAULT_KEEP, imagesOf, imagesOfHistory, revisionsKept } from '../planner/prune/kept.ts';
import type { MakePlanOptions } from './make-plan.ts';
import { historyForPlan } from './resume.ts';

export interface KeepRequest {
  readonly stack: string;
  readonly history: LedgerState;
  /** Revisions to keep; what the stack's last revision says when absent. */
  readonly keep?: number | undefined;
  /** What is about to be applied. */
  readonly coming?: Coming;
}

/**
 * Which images may go and which stay, by the histories of all stacks on the hosts.
 *
 * @throws DiagnosticError when a history cannot be trusted: what is not known is not thrown away
 */
export async function imagesToKeep(
  live: LiveState,
  readers: readonly HostReader[],
  { stack, history, keep, coming }: KeepRequest,
): Promise<ImagePrune> {
  const broken = history.problems.filter((p) => p.severity === 'error');
  if (broken.length > 0) throw new DiagnosticError(broken, EXIT.failed);
  const others = await otherHistories(live, readers, stack);
  const own = keep ?? keepOf(history);
  const kept = [
    ...revisionsKept(history, own, coming).flatMap(imagesOf),
    ...(coming === undefined ? [] : imagesOf(coming)),
    ...others.flatMap(({ state }) => revisionsKept(state, keepOf(state)).flatMap(imagesOf)),
  ];
  return {
    ours: imagesOfHistory(history.revisions),
    kept,
    keep: own,
    stacks: [stack, ...others.map((o) => o.stack)].sort(),
  };
}

/** What an apply removes at its end, where the stack asks for that; a plan of a part removes nothing. */
export function pruneAfterApply(
  desired: DesiredState,
  readers: readonly HostReader[],
  targets: readonly string[] | undefined,
): Pick<MakePlanOptions, 'prune'> {
  const { stack, options } = desired;
  if (!options.prune?.afterApply || targets !== undefined) return {};
  return {
    prune: async (live, images) => {
      const history = await historyForPlan(readers, stack);
      if (history.problems.some((p) => p.severity === 'error')) return undefined;
      const coming = { desired, images };
      return await imagesToKeep(live, readers, { stack, history, keep: options.prune?.keep, coming });
    },
  };
}

/** Host → digests of payloads in its copy of the history that no revision names. */
export async function unusedPayloads(
  readers: readonly HostReader[],
  { stack, history }: Pick<KeepRequest, 'stack' | 'history'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  // With a document missing, what it names is not known.
  if (history.problems.length > 0) return new Map();
  const named = new Set(history.revisions.flatMap((r) => r.revision.payloads));
  const found = await Promise.all(
    readers.map(async (reader) => {
      const digests = await LedgerStore.payloads(reader, stack);
      return [reader.name, digests.filter((d) => !named.has(d))] as const;
    }),
  );
  return new Map(found);
}

function keepOf(history: LedgerState): number {
  return history.current?.revision.desired.options.prune?.keep ?? DEFAULT_KEEP;
}

/** Stacks that have a copy of their history on one of these hosts, and whose copies are whole. */
async function otherHistories(live: LiveState, readers: readonly HostReader[], stack: string) {
  const volumes = live.hosts.flatMap((h) => h.volumes.flatMap((v) => v.labels[LEDGER_LABEL] ?? []));
  const names = [...new Set(volumes)].filter((name) => name !== stack).sort();
  const byName = new Map(readers.map((reader) => [reader.name, reader]));
  const histories = await Promise.all(
    names.map(async (name) => ({
      stack: name,
      state: (await readLedger(byName, name, [...byName.keys()], { tellsHidden: false })).state,
    })),
  );
  return histories.filter(({ state }) => state.revisions.length > 0 && state.problems.length === 0);
}
