import { type GatewayEntry, gatewayNote, type NotedEntry, readGatewayNotes } from '../../model/gateway.ts';
import type { HostConnection, HostReader } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';

interface VolumeList {
  readonly Volumes:
    | readonly { readonly Name: string; readonly Labels: Readonly<Record<string, string>> | null }[]
    | null;
}

/** What each stack has in the host's gateway. */
export async function readEntries(host: HostReader, signal?: AbortSignal): Promise<Map<string, NotedEntry>> {
  const { Volumes } = await host.get<VolumeList>('/volumes', undefined, signal === undefined ? {} : { signal });
  return readGatewayNotes((Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })));
}

/** Keeps an entry on the host, then removes the notes it stands for; an entry without listeners leaves none. */
export async function writeEntry(
  host: HostConnection,
  entry: GatewayEntry,
  before: NotedEntry | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (entry.config.listeners.length > 0) {
    const { name, labels } = gatewayNote(entry, (before?.sequence ?? 0) + 1);
    await host.post('/volumes/create', { Name: name, Labels: labels }, undefined, { signal });
  }
  for (const name of before?.notes ?? []) {
    try {
      await host.delete(`/volumes/${encodeURIComponent(name)}`, undefined, { signal });
    } catch (error) {
      if (!isStatus(error, 404)) throw error;
    }
  }
}
