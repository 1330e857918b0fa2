import type { HostReader } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';
import type { LedgerCopy } from './merge.ts';
import { DOCS, LEDGER_ROOT, ledgerName } from './names.ts';

/**
 * A link beside the documents, whose target is another one after each write: the engine tells it without reading the
 * documents, which costs it a process. Each write begins by pointing it to `WRITING`, so that a write which did not come
 * to its end leaves no target to go by; a reading has it ahead of the documents, so that it is never newer than they are.
 */
export const STAMP = `${DOCS}/.stamp`;
export const WRITING = 'writing';

/**
 * Whether copies are still as they were read, by one cheap call to every host, all at once. False whenever that is not
 * certain.
 *
 * @param copies as they were read; a host without one must still have none
 */
export async function areUnchanged(
  readers: ReadonlyMap<string, HostReader>,
  stack: string,
  copies: readonly LedgerCopy[],
): Promise<boolean> {
  const stamps = new Map(copies.map(({ host, stamp }) => [host, stamp]));
  const same = await Promise.all(
    [...readers.values()].map(async (reader) => {
      const was = stamps.get(reader.name);
      if (was === undefined && stamps.has(reader.name)) return false;
      return (await readStamp(reader, stack)) === (was ?? 'none');
    }),
  );
  return same.every(Boolean);
}

/** `none` where the host keeps no copy, undefined where its copy has no stamp or the host does not tell. */
async function readStamp(reader: HostReader, stack: string): Promise<string | undefined> {
  try {
    const { linkTarget } = await reader.statArchive(ledgerName(stack), `${LEDGER_ROOT}/${STAMP}`);
    return linkTarget.slice(linkTarget.lastIndexOf('/') + 1) || undefined;
  } catch (error) {
    if (isStatus(error, 404)) return 'none';
    return undefined;
  }
}
