import { LABEL } from '../../../model/labels.ts';
import type { Holder } from '../../../model/revision.ts';
import { containerPath, inspectContainer } from '../../docker/steps/container.ts';
import { createHelper } from '../../docker/steps/helper-container.ts';
import type { HostConnection, HostReader } from '../../transport/connection.ts';
import { HostError, isStatus } from '../../transport/errors.ts';
import { unpackFiles } from '../archive.ts';
import type { ProcessMark } from './holder.ts';

/** What a lock's container says of its holder, in one label. */
export interface LockData {
  /** Unique to this holding of the lock. */
  readonly nonce: string;
  readonly holder: Holder;
  /** Milliseconds since the epoch by the holder's clock; for people. */
  readonly sinceMs: number;
  readonly leaseSeconds: number;
  readonly token: number;
  readonly process?: ProcessMark;
}

/** A sign of life inside the lock's container: it goes with it. */
export interface Beat {
  readonly count: number;
  /** The engine's own time when the beat was sent, as the holder reckons it. */
  readonly engineTimeMs: number;
}

/** A lock as another run sees it on one host. */
export interface Claim {
  readonly host: string;
  /** Engine id of its container. */
  readonly id: string;
  /** Undefined when its label cannot be read. */
  readonly data: LockData | undefined;
  /** The name belongs to a container without our label. */
  readonly isForeign: boolean;
  readonly beat: Beat | undefined;
  /** The engine's time now. */
  readonly engineNowMs: number;
  /** When the container was made, by the engine's clock. */
  readonly createdMs: number;
}

const LOCK_LABEL = `${LABEL.prefix}lock`;
const DATA_LABEL = `${LABEL.prefix}lock-data`;
const BEAT_FILE = 'beat.json';

/** Name of the container that is the lock. */
export function lockName(lock: string): string {
  return `stowage-lock-${lock}`;
}

/** Whether a container with these labels is a claim to the lock. */
export function isClaim(labels: Readonly<Record<string, string>>, lock: string): boolean {
  return labels[LOCK_LABEL] === lock;
}

/**
 * Takes the lock on one host, if nobody has it there.
 *
 * @returns the engine id of the claim; undefined when the name is taken
 */
export async function claim(host: HostConnection, lock: string, data: LockData): Promise<string | undefined> {
  const labels = { [LOCK_LABEL]: lock, [LABEL.role]: 'lock', [DATA_LABEL]: JSON.stringify(data) };
  try {
    return await createHelper(host, { name: lockName(lock), labels, mounts: {} });
  } catch (error) {
    const isUnknown = error instanceof HostError && error.outcomeUnknown;
    if (!isStatus(error, 409) && !isUnknown) throw error;
    if (isUnknown && !host.isConnected) await host.reconnect({ timeoutMs: 15_000 });
    const found = await readClaim(host, lock);
    return found?.data?.nonce === data.nonce ? found.id : undefined;
  }
}

/** The lock on one host as it is; undefined when nobody has it there. */
export async function readClaim(host: HostReader, lock: string): Promise<Claim | undefined> {
  const found = await inspectContainer(host, lockName(lock));
  if (found === undefined) return undefined;
  const [beat, engineNowMs] = await Promise.all([readBeat(host, found.Id), engineTimeMs(host)]);
  const labels = found.Config.Labels ?? {};
  const { Created } = found as unknown as { readonly Created: string };
  return {
    host: host.name,
    id: found.Id,
    data: parseData(labels[DATA_LABEL]),
    isForeign: labels[LOCK_LABEL] !== lock,
    beat,
    engineNowMs,
    createdMs: Date.parse(Created),
  };
}

/** Gives a claim up. One that is gone is given up. */
export async function removeClaim(host: HostConnection, id: string): Promise<void> {
  try {
    await host.delete(containerPath(id), { force: true });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

export type BeatResult = 'alive' | 'lost';

/** Sends a sign of life into the claim. A disk without room does not lose a lock that is still there. */
export async function sendBeat(host: HostConnection, id: string, beat: Beat, timeoutMs: number): Promise<BeatResult> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  tar.entry({ name: BEAT_FILE, mode: 0o600 }, JSON.stringify(beat));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  try {
    await host.putArchive(id, '/', Buffer.concat(chunks), { timeoutMs });
    return 'alive';
  } catch (error) {
    if (isStatus(error, 404)) return 'lost';
    if (!isStatus(error, 500)) throw error;
    return (await inspectContainer(host, id)) === undefined ? 'lost' : 'alive';
  }
}

/** What the engine takes for the time, in milliseconds since the epoch. */
export async function engineTimeMs(host: HostReader): Promise<number> {
  const { SystemTime } = await host.get<{ SystemTime: string }>('/info');
  return Date.parse(SystemTime);
}

async function readBeat(host: HostReader, id: string): Promise<Beat | undefined> {
  try {
    const files = await unpackFiles(await host.getArchive(id, `/${BEAT_FILE}`), '');
    const beat = JSON.parse(Buffer.from(files.get(BEAT_FILE) ?? '').toString()) as Beat;
    return typeof beat.count === 'number' && typeof beat.engineTimeMs === 'number' ? beat : undefined;
  } catch {
    return undefined;
  }
}

function parseData(text: string | undefined): LockData | undefined {
  try {
    const data = JSON.parse(text ?? '') as LockData;
    const isWhole =
      typeof data.nonce === 'string' &&
      typeof data.holder?.user === 'string' &&
      typeof data.holder.host === 'string' &&
      typeof data.leaseSeconds === 'number' &&
      typeof data.token === 'number';
    return isWhole ? data : undefined;
  } catch {
    return undefined;
  }
}
