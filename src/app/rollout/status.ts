import { type GatewayEntry, readGatewayNotes } from '../../model/gateway.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveContainer, LiveHost } from '../../model/live.ts';
import { overridesOf } from '../../model/overrides.ts';
import type { LedgerState } from '../../model/revision.ts';
import { readRolloutNotes } from '../../model/rollout.ts';
import type { RolloutStatus, WorkloadStatus } from '../../model/rollout-status.ts';

/** Where the stack's rollout stands, from its history and what is live. */
export function rolloutStatus(stack: string, history: LedgerState, hosts: readonly LiveHost[]): RolloutStatus {
  const last = history.revisions.at(-1);
  const desired = last?.revision.desired ?? history.current?.revision.desired;
  const paused = new Map(hosts.flatMap((h) => [...readRolloutNotes(h.volumes, stack)]));
  const isPaused = last?.outcome?.status === 'paused';
  const overrides = overridesOf(history);
  const workloads = (desired?.workloads ?? [])
    .filter((w) => w.hook === undefined && w.kind !== 'cron' && w.kind !== 'job')
    .map((w) => {
      const wanted = last?.revision.placements.filter((p) => p.workload === w.id).length ?? w.replicas;
      const reason = isPaused ? paused.get(w.id)?.reason : undefined;
      const own = overrides.filter((o) => o.workload === w.id);
      return {
        ...workloadStatus(w.id, wanted, stack, hosts, reason),
        ...(own.length === 0 ? {} : { overrides: own }),
      };
    });
  const status = last?.outcome?.status ?? 'under way';
  return {
    stack,
    ...(last === undefined ? {} : { revision: { number: last.revision.number, action: last.revision.action, status } }),
    workloads,
    isSettled:
      status !== 'under way' &&
      status !== 'paused' &&
      workloads.every((w) => w.ready >= w.wanted && w.exchanging === 0),
  };
}

function workloadStatus(
  workload: string,
  wanted: number,
  stack: string,
  hosts: readonly LiveHost[],
  paused: string | undefined,
): WorkloadStatus {
  const containers = hosts.flatMap((host) =>
    host.containers.filter(
      ({ labels }) =>
        labels[LABEL.stack] === stack && labels[LABEL.workload] === workload && labels[LABEL.role] === 'main',
    ),
  );
  const generations = new Map<string, LiveContainer[]>();
  for (const c of containers) {
    const key = `${c.labels[LABEL.ordinal]} ${c.labels[LABEL.pod]}`;
    generations.set(key, [...(generations.get(key) ?? []), c]);
  }
  const ordinals = [...generations.keys()].map((key) => key.split(' ')[0]);
  const ready = [...generations.values()].filter((g) => g.every(isReady));
  const shares = sharesOf(workload, stack, hosts);
  return {
    workload,
    wanted,
    ready: new Set(ready.map((g) => g[0]?.labels[LABEL.ordinal])).size,
    exchanging: ordinals.length - new Set(ordinals).size,
    revisions: count([...generations.values()].map((g) => g[0]?.labels[LABEL.revision] ?? '?')),
    ...(Object.keys(shares).length > 1 ? { shares } : {}),
    ...(paused === undefined ? {} : { paused }),
  };
}

function isReady({ state, health }: LiveContainer): boolean {
  return state === 'running' && health !== 'unhealthy' && health !== 'starting';
}

/** Weights of the servers in all gateways, summed by revision and scaled to 100. */
function sharesOf(workload: string, stack: string, hosts: readonly LiveHost[]): Record<string, number> {
  const weights: Record<string, number> = {};
  for (const host of hosts) {
    const entry: GatewayEntry | undefined = readGatewayNotes(host.volumes).get(stack)?.entry;
    for (const server of entry?.servers ?? []) {
      const labels = host.containers.find((c) => c.name === server.container)?.labels;
      if (labels?.[LABEL.workload] !== workload || server.leaving) continue;
      const revision = labels[LABEL.revision] ?? '?';
      weights[revision] = (weights[revision] ?? 0) + server.weight;
    }
  }
  const total = Object.values(weights).reduce((a, b) => a + b, 0);
  return Object.fromEntries(Object.entries(weights).map(([r, w]) => [r, Math.round((100 * w) / (total || 1))]));
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
