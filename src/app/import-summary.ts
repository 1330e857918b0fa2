import type { ChangeAction } from '../model/change.ts';
import type { Plan } from '../model/plan.ts';

const ACTIONS: readonly ChangeAction[] = ['create', 'update', 'replace', 'move', 'delete'];

/** What a plan that follows an import would do, in a line. */
export function importSummary(next: Plan | undefined): string {
  if (next === undefined) return 'stowage plan says what stands in the way of the next apply.\n';
  if (next.steps.length === 0) return 'Nothing to do: what runs is what the files say.\n';
  const counts = Object.entries(nextCounts(next)).map(([action, count]) => `${count} to ${action}`);
  return `Next: ${counts.join(', ')}. stowage plan shows it, stowage apply does it.\n`;
}

/** Changes of a plan by action; what stays is left out. */
export function nextCounts(next: Plan): Readonly<Record<string, number>> {
  const counts = ACTIONS.map((action) => [action, next.changes.filter((c) => c.action === action).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** What `stowage import --dry-run --json` prints. */
export interface ImportReport {
  readonly stack: string;
  readonly hosts: readonly string[];
  readonly adopt: readonly {
    readonly kind: 'container' | 'network' | 'volume';
    /** `web.1` for a container, the id in the files for the others. */
    readonly resource: string;
    readonly name: string;
    readonly host: string;
    readonly workload?: string;
    /** As the files have it: no difference. */
    readonly isSame: boolean;
    readonly differences: Plan['changes'][number]['differences'];
  }[];
  /** What the next apply would do, by action; absent when no plan can be made. */
  readonly next?: Readonly<Record<string, number>>;
}

/** The plan of an import as one document. */
export function importReport(plan: Plan, next: Plan | undefined): ImportReport {
  const adopt = plan.steps.flatMap((step, i): ImportReport['adopt'] => {
    const { differences = [], resource = '', workload } = plan.changes[i] ?? {};
    const common = { resource, host: step.host, isSame: differences.length === 0, differences };
    const owner = workload === undefined ? {} : { workload };
    if (step.kind === 'container.adopt') return [{ kind: 'container', name: step.container, ...owner, ...common }];
    if (step.kind === 'network.adopt') return [{ kind: 'network', name: step.network.name, ...common }];
    return step.kind === 'volume.adopt' ? [{ kind: 'volume', name: step.volume.name, ...common }] : [];
  });
  const { stack, hosts } = plan;
  return { stack, hosts, adopt, ...(next === undefined ? {} : { next: nextCounts(next) }) };
}
