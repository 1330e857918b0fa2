import type { DesiredState } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveHost } from '../../model/live.ts';
import type { Placement } from '../../model/placement.ts';
import type { Build } from './context.ts';
import { SCRATCH } from './resources.ts';

/** External volumes that are missing where their users are placed. */
export function volumeProblems(
  desired: DesiredState,
  placements: readonly Placement[],
  hosts: ReadonlyMap<string, LiveHost>,
): Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const volume of desired.volumes.filter((v) => v.external)) {
    const users = desired.workloads.filter((w) =>
      w.template.containers.some((c) =>
        c.mounts.some((m) => m.source.type === 'volume' && m.source.volume === volume.id),
      ),
    );
    const names = new Set(placements.filter((p) => users.some((u) => u.id === p.workload)).map((p) => p.host));
    for (const host of [...names].sort()) {
      if (hosts.get(host)?.volumes.some((v) => v.name === volume.name)) continue;
      problems.push({
        severity: 'error',
        code: 'plan/external-volume-missing',
        message: 'an external volume does not exist',
        where: `volume ${volume.name} on ${host}`,
        why: 'the file declares it external, so it is not created',
        fix: `create it (docker volume create ${volume.name} on ${host}), place its users on a host that has it, or remove external: true`,
      });
    }
  }
  return problems;
}

/**
 * Removal of volumes: scratch space goes with the generation it belonged to, data only when it is named.
 *
 * @param ready steps after which the stack runs; the containers that are removed on the volume's host go first as well
 */
export function emitVolumeRemovals(
  build: Build,
  gonePods: ReadonlySet<string>,
  named: readonly string[],
  ready: readonly number[],
): void {
  for (const host of build.hosts.values()) {
    const removed = [...ready, ...build.graph.idsOf('container.remove', host.name)];
    for (const volume of host.volumes) {
      if (volume.labels[LABEL.stack] !== build.stack) continue;
      const pod = volume.labels[SCRATCH];
      if (pod !== undefined && gonePods.has(`${host.name} ${pod}`)) {
        const cause = 'scratch space of a removed replica';
        build.graph.add('volume.remove', { host: host.name, cause, after: removed }, { volume: volume.name });
      }
      if (pod !== undefined || !named.includes(volume.name)) continue;
      const cause = 'named for removal; its data is lost';
      const resource = volume.labels[LABEL.resource] ?? volume.name;
      build.changes.push({
        action: 'delete',
        kind: 'volume',
        resource,
        host: host.name,
        differences: [],
        cause,
        destructive: true,
      });
      build.graph.add(
        'volume.remove',
        { host: host.name, cause, after: removed, destructive: true },
        { volume: volume.name },
      );
    }
  }
}
