import { posix } from 'node:path';
import { LABEL } from '../../../model/labels.ts';
import type { ContainerSpec, SpecFile, SpecMount } from '../../../model/spec.ts';
import type { HostConnection } from '../../transport/connection.ts';
import { isStatus } from '../../transport/errors.ts';
import { deepestMount, fileVolumeFolders } from '../spec/file-volumes.ts';
import { engineWords, stepFailure } from './failure.ts';
import { withHelper } from './helper-container.ts';
import type { PayloadSource, RunContext } from './types.ts';

/**
 * Unpacks a specification's files into its container, with their owner and mode. Missing folders are made by the
 * engine (root, 0755).
 */
export async function putFiles(
  host: HostConnection,
  container: string,
  spec: ContainerSpec,
  { payloads, stack }: Pick<RunContext, 'payloads' | 'stack'>,
  signal: AbortSignal,
): Promise<void> {
  for (const { folder, files, volume } of groupsOf(spec)) {
    const tar = await packFiles(files, folder, payloads);
    try {
      if (volume === undefined) await host.putArchive(container, folder, tar, { signal });
      else await throughHelper(host, { container, stack, volume }, tar, signal);
    } catch (error) {
      throw explain(error, container, folder);
    }
  }
}

type Volume = Extract<SpecMount, { type: 'volume' }>;

interface Group {
  /** Folder to unpack in. */
  readonly folder: string;
  readonly files: readonly SpecFile[];
  /** Set when the container may only read there: the files are put into its volume another way. */
  readonly volume?: Volume;
}

/**
 * Files are unpacked at `/`, save in volumes of their own and, as the engine unpacks nothing into a read-only root,
 * in the volumes that cover them.
 */
function groupsOf(spec: ContainerSpec): readonly Group[] {
  const ownVolumes = new Set(fileVolumeFolders(spec));
  const groups = new Map<string, Group>();
  for (const file of spec.files) {
    const own = posix.dirname(file.target);
    const mount = spec.readOnlyRoot ? deepestMount(spec, file.target) : undefined;
    const volume = mount?.type === 'volume' && mount.volume !== undefined ? mount : undefined;
    const folder = ownVolumes.has(own) ? own : (volume?.target ?? '/');
    const group: Group = groups.get(folder) ?? { folder, files: [], ...(volume?.readOnly && { volume }) };
    groups.set(folder, { ...group, files: [...group.files, file] });
  }
  return [...groups.values()];
}

/** The engine refuses to unpack into what a container may only read, so another container mounts it to be written. */
async function throughHelper(
  host: HostConnection,
  { container, stack, volume }: { readonly container: string; readonly stack: string; readonly volume: Volume },
  tar: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const mount = {
    Type: 'volume',
    Source: volume.volume,
    Target: volume.target,
    VolumeOptions: { NoCopy: true, Subpath: volume.subpath },
  };
  const labels = { [LABEL.stack]: stack, [LABEL.role]: 'helper' };
  const helper = { name: `${container}-files`, labels, mounts: { Mounts: [mount] } };
  await withHelper(host, helper, signal, (id) => host.putArchive(id, volume.target, tar, { signal }));
}

async function packFiles(files: readonly SpecFile[], folder: string, payloads: PayloadSource): Promise<Uint8Array> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  for (const file of files) {
    const content = Buffer.from(await payloadBytes(payloads, file.digest, file.target));
    const header = {
      name: posix.relative(folder, file.target),
      uid: numericId(file, 'uid'),
      gid: numericId(file, 'gid'),
    };
    tar.entry({ ...header, mode: file.mode, mtime: new Date(0) }, content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function numericId(file: SpecFile, field: 'uid' | 'gid'): number {
  const id = Number(file[field] || '0');
  if (Number.isInteger(id) && id >= 0) return id;
  throw stepFailure('container/file-owner', 'owner of a file is no number', {
    detail: `${field}: ${file[field]} of ${file.target}`,
    why: 'names of users are known only inside the image',
    fix: `give ${field} as a number`,
  });
}

/** The bytes behind a digest. @throws `payload/missing` when this run does not have them */
export async function payloadBytes(payloads: PayloadSource, digest: string, use: string): Promise<Uint8Array> {
  const bytes = await payloads.bytes(digest);
  if (bytes !== undefined) return bytes;
  throw stepFailure('payload/missing', 'content of a config or secret is not at hand', {
    detail: use,
    why: `nothing with digest ${digest} is among the inputs or in the ledger`,
    fix: 'check that the file or variable it comes from still has the value it had when the plan was made',
  });
}

function explain(error: unknown, container: string, folder: string): unknown {
  if (!isStatus(error, 400) && !isStatus(error, 403) && !isStatus(error, 500)) return error;
  return stepFailure('container/files', 'files could not be put into the container', {
    detail: `${container}, below ${folder}`,
    why: engineWords(error),
    fix: 'check the target paths: their folders must be folders in the image, and writable',
  });
}
