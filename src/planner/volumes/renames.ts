import type { DesiredState } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveReplica } from '../live-replicas.ts';
import type { Build, DecidedReplica, WorkloadBuild } from '../steps/context.ts';
import { SCRATCH } from '../steps/resources.ts';
import type { VolumeMove } from './moves.ts';

/** A volume that loses its user, and a new one that takes its place at the same path of the same workload. */
export interface Rename {
  readonly host: string;
  readonly workload: string;
  readonly target: string;
  readonly from: string;
  readonly to: string;
}

/** Replicas that would find an empty volume where their data was, because the file gives it another name. */
export function findRenames(build: Build, parts: readonly WorkloadBuild[]): Rename[] {
  const found = parts.flatMap((part) => part.replicas.flatMap((replica) => renamesOf(build, replica)));
  return [...new Map(found.map((r) => [`${r.host} ${r.from} ${r.to}`, r])).values()];
}

function renamesOf(build: Build, { replica, decision }: DecidedReplica): Rename[] {
  const old = decision.old.filter((r) => r.host === replica.host);
  const volumes = build.hosts.get(replica.host)?.volumes ?? [];
  return replica.containers.flatMap(({ name, spec }) =>
    spec.mounts.flatMap((mount) => {
      if (mount.type !== 'volume' || mount.volume === undefined) return [];
      const to = mount.volume;
      if (volumes.some((v) => v.name === to)) return [];
      const from = mountedAt(old, name, mount.target);
      const holdsData = volumes.some((v) => v.name === from && isKept(v.labels, build.stack));
      if (from === undefined || from === to || !holdsData || isWanted(build.desired, from)) return [];
      return [{ host: replica.host, workload: replica.workload.id, target: mount.target, from, to }];
    }),
  );
}

function mountedAt(old: readonly LiveReplica[], container: string, target: string): string | undefined {
  const mounts = old.flatMap((r) => r.containers.filter((c) => c.labels[LABEL.container] === container));
  return mounts.flatMap((c) => c.mounts).find((m) => m.type === 'volume' && m.target === target)?.name;
}

/** A volume of this stack whose data outlives its users: scratch space is empty for every new one by intention. */
function isKept(labels: Readonly<Record<string, string>>, stack: string): boolean {
  return labels[LABEL.stack] === stack && labels[SCRATCH] === undefined;
}

/** A volume that the file still names is no leftover of a renaming. */
function isWanted(desired: DesiredState, name: string): boolean {
  return desired.volumes.some((v) => v.name === name);
}

/** Says what would be lost from sight, and how to take the data along. */
export function renameWarnings(renames: readonly Rename[], moves: readonly VolumeMove[]): Diagnostic[] {
  return renames
    .filter((r) => !moves.some((m) => m.fromHost === r.host && m.volume === r.from && m.toVolume === r.to))
    .map((r) => ({
      severity: 'warning',
      code: 'plan/volume-renamed',
      message: 'a workload gets a new, empty volume where it had its data',
      where: `${r.workload} on ${r.host}, at ${r.target}`,
      why: `the file names ${r.to} now; the data is in ${r.from}, which nothing uses any more`,
      fix: `to take it along: --move-volume ${r.from}=${r.to}; to begin empty, go on as you are`,
    }));
}
