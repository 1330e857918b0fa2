import type { Backup } from '../executors/volumes/backup.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveHost } from '../model/live.ts';
import { observe } from './make-plan.ts';
import type { SettingsFlags } from './settings.ts';
import { withStack } from './stack-session.ts';
import { findVolume } from './volumes.ts';

export interface BackupRequest {
  readonly flags: SettingsFlags;
  readonly volume: string;
  readonly host?: string;
  readonly file?: string;
  /** Pause what uses the volume while it is read. */
  readonly pause: boolean;
  onBytes(total: number): void;
}

export interface BackupReport extends Backup {
  readonly volume: string;
  readonly host: string;
  readonly file: string;
  readonly seconds: number;
  /** Containers that went on writing meanwhile. */
  readonly running: readonly string[];
}

/** `stowage volume backup`: streams a volume into a file of this machine. */
export async function runBackup(request: BackupRequest): Promise<BackupReport> {
  const [{ backupVolume }, { resolve }] = await Promise.all([
    import('../executors/volumes/backup.ts'),
    import('node:path'),
  ]);
  return await withStack(request.flags, async ({ session, stack }) => {
    const live = await observe(session.readers, stack, { refresh: false });
    const { host, volume } = findVolume(live, stack, request.volume, request.host);
    const connection = session.connections.get(host.name);
    if (connection === undefined) throw new Error(`no connection to ${host.name}`);
    const file = resolve(request.file ?? `${volume.name}.tar`);
    const running = writersOf(host, volume.name);
    const abort = new AbortController();
    const stop = () => abort.abort();
    process.once('SIGINT', stop);
    const paused: string[] = [];
    const started = performance.now();
    try {
      for (const id of request.pause ? running.map((c) => c.id) : []) {
        await connection.post(`/containers/${id}/pause`);
        paused.push(id);
      }
      const { onBytes } = request;
      const done = await backupVolume(connection, { stack, volume: volume.name, file, signal: abort.signal, onBytes });
      const seconds = (performance.now() - started) / 1000;
      const names = request.pause ? [] : running.map((c) => c.name);
      return { ...done, volume: volume.name, host: host.name, file, seconds, running: names };
    } finally {
      for (const id of paused) await connection.post(`/containers/${id}/unpause`);
      process.off('SIGINT', stop);
    }
  });
}

function writersOf(host: LiveHost, volume: string) {
  return host.containers.filter(
    (c) =>
      c.state === 'running' &&
      c.labels[LABEL.role] !== 'helper' &&
      c.mounts.some((m) => m.type === 'volume' && m.name === volume && !m.readOnly),
  );
}
