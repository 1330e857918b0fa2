import type { Diagnostic } from '../../model/diagnostic.ts';
import { LABEL } from '../../model/labels.ts';
import type { VolumeSpec } from '../../model/step.ts';
import type { LiveReplica } from '../live-replicas.ts';
import type { Build } from '../steps/context.ts';
import { uses } from './moves.ts';

/** A volume whose content is to be that of a backup. */
export interface VolumeRestore {
  readonly volume: string;
  readonly host: string;
  /** Backup on the machine that stowage runs on. */
  readonly source: string;
  /** SHA-256 (`sha256:…`) of that file. */
  readonly digest: string;
  /** Read back and compared with what was sent. */
  readonly verify?: boolean;
}

/** What runs on data that is replaced: it is stopped, and its containers are made anew. */
export function usersOfRestored(restores: readonly VolumeRestore[], replicas: readonly LiveReplica[]): LiveReplica[] {
  return replicas.filter((r) => restores.some((m) => m.host === r.host && uses(r, m.volume)));
}

/**
 * Makes each volume anew and fills it from its backup, once nothing uses it.
 *
 * @returns restore steps by `host volume`
 */
export function emitRestores(
  build: Build,
  restores: readonly VolumeRestore[],
  removed: ReadonlyMap<LiveReplica, readonly number[]>,
): Map<string, readonly number[]> {
  const steps = new Map<string, readonly number[]>();
  for (const restore of restores) {
    const { host, volume, source, digest, verify } = restore;
    const cause = `restored from ${source}`;
    const spec = specOf(build, restore);
    const isThere = build.hosts.get(host)?.volumes.some((v) => v.name === volume) ?? false;
    const gone = [...removed].flatMap(([r, ids]) => (r.host === host && uses(r, volume) ? ids : []));
    const after = isThere
      ? [build.graph.add('volume.remove', { host, cause, after: gone, destructive: true }, { volume })]
      : gone;
    const change = { kind: 'volume', resource: spec.resource, host, differences: [], cause } as const;
    build.changes.push(isThere ? { ...change, action: 'replace', destructive: true } : { ...change, action: 'create' });
    const created = build.graph.add('volume.create', { host, cause, after }, { volume: spec });
    const head = { host, cause, after: [created] };
    steps.set(`${host} ${volume}`, [
      build.graph.add('volume.restore', head, { volume, source, digest, ...(verify && { verify }) }),
    ]);
  }
  return steps;
}

/** Volumes that another container than the stack's has mounted. */
export function restoreProblems(build: Build, restores: readonly VolumeRestore[]): Diagnostic[] {
  return restores.flatMap(({ host, volume }) => {
    const containers = build.hosts.get(host)?.containers ?? [];
    const user = containers.find(
      (c) => c.labels[LABEL.stack] !== build.stack && c.mounts.some((m) => m.type === 'volume' && m.name === volume),
    );
    if (user === undefined) return [];
    return [
      {
        severity: 'error',
        code: 'volume/in-use',
        message: 'volume to restore is used by a container of somebody else',
        where: `${volume} on ${host}, by ${user.name}`,
        fix: `remove that container first (docker rm ${user.name})`,
      },
    ];
  });
}

function specOf(build: Build, { host, volume }: VolumeRestore): VolumeSpec {
  const wanted = build.desired.volumes.find((v) => v.name === volume && !v.external);
  if (wanted !== undefined) {
    const { driver, driverOptions, labels } = wanted;
    return { name: volume, resource: wanted.id, driver, driverOptions, labels };
  }
  const live = build.hosts.get(host)?.volumes.find((v) => v.name === volume);
  return {
    name: volume,
    resource: live?.labels[LABEL.resource] ?? volume,
    driver: live?.driver ?? 'local',
    driverOptions: live?.options ?? {},
    labels: {},
  };
}
