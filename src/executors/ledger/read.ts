import type { Diagnostic } from '../../model/diagnostic.ts';
import type { LedgerState } from '../../model/revision.ts';
import type { HostReader } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';
import { unpackCopy } from './archive.ts';
import { type LedgerCopy, type Merged, mergeCopies } from './merge.ts';
import { DOCS, LEDGER_ROOT, ledgerName } from './names.ts';
import { copiesLost, copyAway, minority } from './problems.ts';
import { isBehind } from './repair.ts';

/** The ledger as read, with what a writer needs besides. */
export interface LedgerReading {
  readonly state: LedgerState;
  readonly merged: Merged;
  readonly copies: readonly LedgerCopy[];
  /** Hosts that keep a copy, those that are away included; empty when there is no ledger yet. */
  readonly members: readonly string[];
  /** There is no copy, and no volume either that only lacks its container of access. */
  readonly isNone: boolean;
}

export interface ReadOptions {
  /** False does not look for copies whose container of access is gone, which costs a call more on a stack without history. */
  readonly findVolumes?: boolean;
}

/**
 * Reads the ledger of a stack: one call to every host, all at once.
 *
 * @param readers   the hosts that can be reached
 * @param inventory names of all hosts, those that are away or left out included
 */
export async function readLedger(
  readers: ReadonlyMap<string, HostReader>,
  stack: string,
  inventory: readonly string[],
  { findVolumes: looksForVolumes = true }: ReadOptions = {},
): Promise<LedgerReading> {
  const problems: Diagnostic[] = [];
  const read = async (reader: HostReader): Promise<LedgerCopy | undefined> => {
    try {
      return await readCopy(reader, stack);
    } catch (error) {
      problems.push(copyAway(reader.name, error instanceof Error ? error.message : String(error)));
      return undefined;
    }
  };
  const copies = (await Promise.all([...readers.values()].map(read))).filter((copy) => copy !== undefined);
  const merged = mergeCopies(copies);
  const listed = merged.members?.hosts ?? copies.map((copy) => copy.host).sort();
  const members = listed.filter((host) => inventory.includes(host));
  const byHost = new Map(copies.map((copy) => [copy.host, copy]));
  const here = new Set(byHost.keys());
  const named = new Set(problems.map((problem) => problem.where));
  for (const host of members) {
    if (here.has(host) || named.has(`host ${host}`)) continue;
    const why = readers.has(host) ? 'its volume, or the container that gives access to it, was removed' : AWAY;
    problems.push(copyAway(host, why));
  }
  if (here.size <= members.length / 2 && members.length > 0) {
    const isSilent = members.some((host) => !readers.has(host) || named.has(`host ${host}`));
    problems.push((isSilent ? minority : copiesLost)(here.size, members.length));
  }
  const silent = new Set(problems.map((problem) => problem.where));
  const unknown = [...readers.values()].filter(({ name }) => !silent.has(`host ${name}`));
  if (copies.length === 0 && looksForVolumes) problems.push(...(await findVolumes(unknown, stack)));
  const { members: _members, auditSeq: _seq, token: _token, best: _best, ...told } = merged;
  const behind = members.filter((host) => readers.has(host) && isBehind(byHost.get(host), merged));
  const state = {
    ...told,
    hosts: members,
    ...(behind.length > 0 ? { behind } : {}),
    problems: [...merged.problems, ...problems],
  };
  return { state, merged, copies, members, isNone: copies.length === 0 && looksForVolumes && problems.length === 0 };
}

const AWAY = 'the host is away or left out';

/** Volumes whose container of access is gone: history that is there and cannot be read yet. */
async function findVolumes(readers: readonly HostReader[], stack: string): Promise<readonly Diagnostic[]> {
  const found = await Promise.all(
    readers.map(async (reader) => {
      try {
        await reader.get(`/volumes/${ledgerName(stack)}`);
        return [copyAway(reader.name, 'the container that gives access to it was removed')];
      } catch (error) {
        if (isStatus(error, 404)) return [];
        return [copyAway(reader.name, error instanceof Error ? error.message : String(error))];
      }
    }),
  );
  return found.flat();
}

/** One host's copy; undefined when it keeps none. */
async function readCopy(reader: HostReader, stack: string): Promise<LedgerCopy | undefined> {
  try {
    const tar = await reader.getArchive(ledgerName(stack), `${LEDGER_ROOT}/${DOCS}`);
    return { host: reader.name, ...(await unpackCopy(tar, '')) };
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}
