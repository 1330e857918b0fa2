import type { Diagnostic } from '../../model/diagnostic.ts';
import type { LedgerState } from '../../model/revision.ts';
import type { HostReader } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';
import { unpackCopy } from './archive.ts';
import { copiesOf, type JournalNote, readVolumes } from './journal-notes.ts';
import { type LedgerCopy, type Merged, mergeCopies } from './merge.ts';
import { DOCS, LEDGER_ROOT, ledgerName, parseRevisionPath } from './names.ts';
import { copiesLost, copyAway, minority } from './problems.ts';
import { isBehind } from './repair.ts';

/** The ledger as read, with what a writer needs besides. */
export interface LedgerReading {
  readonly state: LedgerState;
  readonly merged: Merged;
  readonly copies: readonly LedgerCopy[];
  /** What a run that goes on, or was killed, has noted beside the copies; `merged` has it too. */
  readonly notes: readonly JournalNote[];
  /** Hosts that keep a copy, those that are away included; empty when there is no ledger yet. */
  readonly members: readonly string[];
  /** Hosts whose copy cannot be read yet: its container of access is gone, as after a destroy. */
  readonly hidden: readonly string[];
  /** There is no copy, and no hidden one either. */
  readonly isNone: boolean;
}

export interface ReadOptions {
  /** False is silent about hidden copies: of no use to who only looks at a stack that is gone. */
  readonly tellsHidden?: boolean;
}

/**
 * Reads the ledger of a stack: copies and notes of all hosts at once.
 *
 * @param readers   the hosts that can be reached
 * @param inventory names of all hosts, those that are away or left out included
 */
export async function readLedger(
  readers: ReadonlyMap<string, HostReader>,
  stack: string,
  inventory: readonly string[],
  { tellsHidden = true }: ReadOptions = {},
): Promise<LedgerReading> {
  const problems: Diagnostic[] = [];
  const read = async (reader: HostReader) => {
    try {
      const [copy, volumes] = await Promise.all([readCopy(reader, stack), readVolumes(reader, stack)]);
      return { host: reader.name, copy, ...volumes };
    } catch (error) {
      problems.push(copyAway(reader.name, error instanceof Error ? error.message : String(error)));
      return { host: reader.name, copy: undefined, notes: [], hasCopy: false };
    }
  };
  const found = await Promise.all([...readers.values()].map(read));
  const copies = found.flatMap(({ copy }) => copy ?? []);
  const notes = found.flatMap((f) => f.notes);
  const hidden = found.filter(({ copy, hasCopy }) => hasCopy && copy === undefined).map(({ host }) => host);
  const merged = mergeCopies([...copies, ...copiesOf(notes)]);
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
  if (copies.length === 0 && tellsHidden) {
    problems.push(...hidden.map((host) => copyAway(host, 'the container that gives access to it was removed')));
  }
  const { members: _members, auditSeq: _seq, token: _token, best: _best, ...told } = merged;
  const noted = new Set(notes.map(({ file }) => file.path));
  const untidy = new Set(notes.filter((note) => isLeftOver(note, merged)).map(({ host }) => host));
  const behind = members.filter(
    (host) => readers.has(host) && (untidy.has(host) || isBehind(byHost.get(host), merged, noted)),
  );
  const state = {
    ...told,
    hosts: members,
    ...(behind.length > 0 ? { behind } : {}),
    problems: [...merged.problems, ...problems],
  };
  const isNone = copies.length === 0 && hidden.length === 0 && problems.length === 0;
  return { state, merged, copies, notes, members, hidden, isNone };
}

const AWAY = 'the host is away or left out';

/** Its run was ended between the outcome and the removal of what it had noted. */
function isLeftOver({ file }: JournalNote, { revisions }: Merged): boolean {
  const number = parseRevisionPath(file.path)?.revision;
  return revisions.some(({ revision, outcome }) => revision.number === number && outcome !== undefined);
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
