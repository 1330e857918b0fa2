import type { HostReader, OpenOptions } from '../executors/transport/connection.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { HostEntry } from '../model/inventory.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveContainer, LiveHost } from '../model/live.ts';
import { type Override, overridesOf } from '../model/overrides.ts';
import type { ReplicaReport } from '../model/replica-report.ts';

export interface PsQuery {
  /** Absent: every stack. */
  readonly stack?: string;
  /** Empty: every workload. */
  readonly workloads: readonly string[];
  /** Also containers that only hold a pod's namespaces, and those that have ended. */
  readonly all: boolean;
}

export interface PsResult {
  /** Sorted by stack, workload, ordinal, container. */
  readonly replicas: readonly ReplicaReport[];
  /** Why hosts are missing from it. */
  readonly unreachable: readonly Diagnostic[];
  /** One-off changes the stack has beside its files; empty without a stack. */
  readonly overrides: readonly Override[];
}

/** What runs where. A host that cannot be reached is reported beside what the others said. */
export async function listReplicas(
  hosts: readonly HostEntry[],
  query: PsQuery,
  options: OpenOptions,
): Promise<PsResult> {
  const [{ openHosts, closeHosts }, { observeHost }] = await Promise.all([
    import('../executors/transport/open.ts'),
    import('../executors/docker/observe/host.ts'),
  ]);
  const results = await openHosts(hosts, options);
  try {
    const open = [...results.values()].flatMap((result) => (result.ok ? [result.connection] : []));
    const [live, overrides] = await Promise.all([
      Promise.all(open.map((connection) => observeHost(connection))),
      query.stack === undefined ? [] : overridesOn(open, query.stack),
    ]);
    return {
      overrides,
      replicas: live.flatMap((host) => replicasOf(host, query)).sort(compareReplicas),
      unreachable: [...results.values()].flatMap((result) => (result.ok ? [] : [result.error.diagnostic])),
    };
  } finally {
    await closeHosts(results);
  }
}

async function overridesOn(readers: readonly HostReader[], stack: string): Promise<readonly Override[]> {
  const { readLedger } = await import('../executors/ledger/read.ts');
  const byName = new Map(readers.map((reader) => [reader.name, reader]));
  const { state } = await readLedger(byName, stack, [...byName.keys()], { tellsHidden: false });
  return overridesOf(state);
}

/** The containers of one host that the query asks for. */
export function replicasOf(host: LiveHost, query: PsQuery): ReplicaReport[] {
  return host.containers.flatMap((container) => {
    const report = replicaReport(container, host.name);
    return report && matches(report, query) ? [report] : [];
  });
}

function replicaReport(container: LiveContainer, host: string): ReplicaReport | undefined {
  const { labels } = container;
  const stack = labels[LABEL.stack];
  const workload = labels[LABEL.workload];
  if (stack === undefined || workload === undefined) return undefined;
  const revision = labels[LABEL.revision];
  return {
    stack,
    workload,
    ordinal: Number(labels[LABEL.ordinal] ?? 0),
    container: labels[LABEL.container] ?? workload,
    role: labels[LABEL.role] ?? 'main',
    host,
    id: container.id,
    name: container.name,
    image: container.spec?.image ?? container.image,
    state: container.state,
    health: container.health,
    ...(container.exitCode !== undefined && { exitCode: container.exitCode }),
    status: container.status,
    createdAt: container.createdAt,
    ...(revision !== undefined && { revision }),
    ports: container.ports,
  };
}

function matches(report: ReplicaReport, { stack, workloads, all }: PsQuery): boolean {
  if (stack !== undefined && report.stack !== stack) return false;
  if (workloads.length > 0 && !workloads.includes(report.workload)) return false;
  return all || report.role === 'main' || report.role === 'sidecar';
}

function compareReplicas(a: ReplicaReport, b: ReplicaReport): number {
  return (
    compareText(a.stack, b.stack) ||
    compareText(a.workload, b.workload) ||
    a.ordinal - b.ordinal ||
    compareText(a.container, b.container) ||
    compareText(a.host, b.host)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
