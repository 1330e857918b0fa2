import type { ExitCode } from '../model/exit-codes.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveState } from '../model/live.ts';
import type { VolumeMove } from '../planner/volumes/moves.ts';
import { type OneOffRequest, runFromHistory } from './rollout/from-history.ts';
import { findVolume, usage } from './volumes.ts';

export interface MoveRequest extends OneOffRequest {
  readonly volume: string;
  readonly fromHost?: string;
  readonly toHost: string;
  readonly keepSource: boolean;
}

/** `stowage volume move`: the data and what uses it go to another host, as a plan like any other. */
export async function runMove(request: MoveRequest): Promise<ExitCode> {
  const { toHost, keepSource } = request;
  return await runFromHistory(request, async ({ current, stack, live }) => {
    const { host, volume } = findVolume(await live(), stack, request.volume, request.fromHost);
    if (host.name === toHost) {
      throw usage(
        'volume/already-there',
        'volume is on that host already',
        `${volume.name} on ${toHost}`,
        'nothing to do',
      );
    }
    const move: VolumeMove = {
      volume: volume.name,
      fromHost: host.name,
      toVolume: volume.name,
      toHost,
      keepSource,
    };
    return {
      action: 'move',
      desired: current.desired,
      images: current.images,
      revisions: [current],
      question: `Move volume ${volume.name} from ${host.name} to ${toHost}?`,
      plan: { volumeMoves: [move] },
    };
  });
}

export interface RestoreRequest extends OneOffRequest {
  readonly volume: string;
  readonly host?: string;
  readonly file: string;
  /** Engine names of volumes whose content may go. */
  readonly mayLose: readonly string[];
  /** Read back what arrived. */
  readonly verify: boolean;
}

/** `stowage volume restore`: a volume gets the content of a backup, with its users stopped, as a plan like any other. */
export async function runRestore(request: RestoreRequest): Promise<ExitCode> {
  const { resolve } = await import('node:path');
  const source = resolve(request.file);
  const digest = await digestOfBackup(source);
  return await runFromHistory(request, async ({ current, stack, live }) => {
    const { host, volume } = targetOf(await live(), stack, request);
    const isLost = volume !== undefined && !request.mayLose.some((n) => n === volume || n === request.volume);
    if (isLost) throw mayBeLost(volume, host);
    const name = volume ?? request.volume;
    return {
      action: 'restore',
      desired: current.desired,
      images: current.images,
      revisions: [current],
      question: `Restore volume ${name} on ${host} from ${source}?`,
      plan: { volumeRestores: [{ volume: name, host, source, digest, verify: request.verify }] },
    };
  });
}

/** A volume that is not there is made, on the host that is named. */
function targetOf(
  live: LiveState,
  stack: string,
  { volume: name, host }: RestoreRequest,
): { readonly host: string; readonly volume?: string } {
  const isNew =
    host !== undefined && live.hosts.some((h) => h.name === host && !h.volumes.some((v) => v.name === name));
  const isKnown = live.hosts.some((h) => h.name === host && h.volumes.some((v) => v.labels[LABEL.resource] === name));
  if (isNew && !isKnown) return { host };
  const found = findVolume(live, stack, name, host);
  return { host: found.host.name, volume: found.volume.name };
}

function mayBeLost(volume: string, host: string) {
  return usage(
    'volume/data-loss',
    'what the volume holds now would be lost',
    `${volume} on ${host}`,
    `back it up first (stowage volume backup ${volume}), then pass --allow-data-loss ${volume}`,
  );
}

/** The checksum beside the file, when there is one, has to be the file's. */
async function digestOfBackup(file: string): Promise<string> {
  const [{ fileDigest }, { readFile }] = await Promise.all([
    import('../executors/volumes/file-digest.ts'),
    import('node:fs/promises'),
  ]);
  const digest = await fileDigest(file).catch((error: Error) => {
    throw usage('volume/backup-missing', 'backup cannot be read', file, error.message);
  });
  const actual = digest.slice('sha256:'.length);
  const noted = await readFile(`${file}.sha256`, 'utf8').catch(() => undefined);
  const expected = noted?.trim().split(/\s+/)[0];
  if (expected !== undefined && expected !== actual) {
    const fix = `it was written with ${expected}, now it has ${actual}: take another backup, or remove ${file}.sha256`;
    throw usage('volume/backup-damaged', 'backup is not what was written', file, fix);
  }
  return digest;
}
