import { LABEL } from '../../model/labels.ts';
import type { HostConnection, HostReader } from '../transport/connection.ts';
import { sharedGet } from '../transport/shared-get.ts';
import type { LedgerFile } from './archive.ts';
import { isJournal, type LedgerCopy } from './merge.ts';
import { LEDGER_LABEL, ledgerName } from './names.ts';

const PATH_LABEL = `${LABEL.prefix}journal-path`;
const DOCUMENT_LABEL = `${LABEL.prefix}journal-document`;

/** The journal of a run that goes on or was killed, as the label of an empty volume on one host. */
export interface JournalNote {
  readonly host: string;
  readonly name: string;
  readonly file: LedgerFile;
}

interface NotedVolume {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/**
 * The notes about a stack on a host (one while it runs, two when it was killed between them), and whether a copy's volume
 * is there. What only has the label is somebody else's.
 */
export async function readVolumes(
  reader: HostReader,
  stack: string,
): Promise<{ readonly notes: readonly JournalNote[]; readonly hasCopy: boolean }> {
  const { Volumes } = await sharedGet<{ Volumes: readonly NotedVolume[] | null }>(reader, '/volumes');
  const ours = (Volumes ?? []).filter(({ Labels }) => Labels?.[LEDGER_LABEL] === stack);
  const notes = ours.flatMap(({ Name, Labels }) => {
    const path = Labels?.[PATH_LABEL] ?? '';
    if (!Name.startsWith(prefix(stack)) || !isJournal(path)) return [];
    return [{ host: reader.name, name: Name, file: { path, bytes: Buffer.from(Labels?.[DOCUMENT_LABEL] ?? '') } }];
  });
  return { notes, hasCopy: ours.some(({ Name }) => Name === ledgerName(stack)) };
}

function prefix(stack: string): string {
  return `stowage-journal-${stack}-`;
}

/** Notes as copies of the documents they carry, for merging. */
export function copiesOf(notes: readonly JournalNote[]): LedgerCopy[] {
  return notes.map(({ host, file }) => ({ host, files: new Map([[file.path, file.bytes]]) }));
}

/** Whether the notes are still those that were read; false when a host does not tell. */
export async function areNotesUnchanged(
  readers: ReadonlyMap<string, HostReader>,
  stack: string,
  notes: readonly JournalNote[],
): Promise<boolean> {
  const keys = (list: readonly JournalNote[]) => list.map(({ host, name }) => `${host} ${name}`).sort();
  try {
    const now = await Promise.all([...readers.values()].map((reader) => readVolumes(reader, stack)));
    return keys(now.flatMap((n) => n.notes)).join() === keys(notes).join();
  } catch {
    return false;
  }
}

/** Name of a note: each has one of its own, because an engine cannot change a label. */
export function noteName(stack: string, revision: number, seq: number): string {
  return `${prefix(stack)}${revision}-${seq}`;
}

export async function writeNote(host: HostConnection, stack: string, name: string, file: LedgerFile): Promise<void> {
  const document = Buffer.from(file.bytes).toString();
  const labels = {
    [LABEL.role]: 'ledger',
    [LEDGER_LABEL]: stack,
    [PATH_LABEL]: file.path,
    [DOCUMENT_LABEL]: document,
  };
  const { Labels } = await host.post<NotedVolume>('/volumes/create', { Name: name, Labels: labels });
  if (Labels?.[DOCUMENT_LABEL] !== document) throw new Error(`volume ${name} is there already and says something else`);
}
