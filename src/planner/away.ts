import type { Diagnostic } from '../model/diagnostic.ts';
import type { Placement, SchedulingHost, WorkloadDemand } from '../model/placement.ts';
import { bareHost } from './placement/what-if.ts';

/**
 * Hosts that are left out, with the replicas on them that have data there. Those stay planned where they are: elsewhere
 * they would start with empty volumes. All other replicas of such a host are started elsewhere.
 *
 * @param away where the history says they ran
 */
export function awayHosts(away: readonly Placement[], workloads: readonly WorkloadDemand[]): SchedulingHost[] {
  const withData = new Set(
    workloads
      .filter((w) => w.kind !== 'daemon' && (w.volumes.length > 0 || w.claimPrefixes.length > 0))
      .map((w) => w.id),
  );
  const byHost = new Map<string, Placement[]>();
  for (const placement of away.filter((p) => withData.has(p.workload))) {
    byHost.set(placement.host, [...(byHost.get(placement.host) ?? []), placement]);
  }
  return [...byHost].map(([name, placements]) => ({
    ...bareHost(name),
    availability: 'unreachable',
    running: placements.map(({ workload, ordinal }) => ({ workload, ordinal, stays: 'its data is there' })),
  }));
}

export function awayWarning({ workload, ordinal, host }: Placement): Diagnostic {
  return {
    severity: 'warning',
    code: 'placement/data-away',
    message: 'a replica waits for its host to come back',
    where: `${workload}.${ordinal} on ${host}`,
    why: 'its data is there, and elsewhere it would start with an empty volume',
    fix: `bring ${host} back; if its data is lost for good, take ${host} out of stowage.yaml`,
  };
}
