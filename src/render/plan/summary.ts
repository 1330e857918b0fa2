import type { Change, ChangeAction } from '../../model/change.ts';
import type { Guarantee, Plan } from '../../model/plan.ts';
import { downtimeText } from './downtime.ts';

export const SYMBOL: Readonly<Record<ChangeAction, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '-',
  adopt: '«',
  move: '→',
  'no-op': ' ',
};

const TITLES: Readonly<Record<string, string>> = {
  network: 'Networks',
  volume: 'Volumes',
  swarm: 'Swarm',
  gateway: 'Gateway',
  config: 'Configs',
  secret: 'Secrets',
  image: 'Images',
  host: 'Hosts',
};

const WORDS: readonly (readonly [ChangeAction, string])[] = [
  ['create', 'to create'],
  ['adopt', 'to adopt'],
  ['update', 'to update'],
  ['replace', 'to replace'],
  ['move', 'to move'],
  ['delete', 'to delete'],
];

export function isEmpty(plan: Plan): boolean {
  return plan.steps.length === 0;
}

/** `Stack shop on 3 hosts (web-1, web-2, db-1)` */
export function heading({ stack, hosts }: Plan): string {
  return `Stack ${stack} on ${hosts.length === 1 ? hosts[0] : `${hosts.length} hosts (${hosts.join(', ')})`}`;
}

/** Changes under the workload or kind they belong to, in the plan's order. */
export function groupChanges(changes: readonly Change[]): (readonly [string, readonly Change[]])[] {
  const byTitle = new Map<string, Change[]>();
  for (const change of changes) {
    const title = change.workload ?? TITLES[change.kind] ?? change.kind;
    byTitle.set(title, [...(byTitle.get(title) ?? []), change]);
  }
  return [...byTitle];
}

/** The guarantees worth a line: of a workload that is down for a while, that it is, and why. */
export function promisesOf({ guarantees }: Plan): Guarantee[] {
  const down = new Set(guarantees.filter((g) => g.type === 'downtime').map((g) => g.subject));
  return guarantees.filter((g) => g.type === 'downtime' || !down.has(g.subject) || !/^(order|min-ready)$/.test(g.type));
}

/** How many changes of each action there are; actions without any are left out. */
export function actionCounts(
  plan: Plan,
): { readonly action: ChangeAction; readonly count: number; readonly words: string }[] {
  return WORDS.flatMap(([action, words]) => {
    const count = plan.changes.filter((c) => c.action === action).length;
    return count === 0 ? [] : [{ action, count, words }];
  });
}

/** `3 to create, 2 to replace, 4 unchanged` */
export function counts(plan: Plan): string {
  const parts = actionCounts(plan).map(({ count, words }) => `${count} ${words}`);
  const unchanged = plan.changes.filter((c) => c.action === 'no-op').length;
  return [...parts, ...(unchanged > 0 ? [`${unchanged} unchanged`] : [])].join(', ');
}

/** The line that says it all, and one more where a workload is down for a while. */
export function summary(plan: Plan): string {
  const hosts = new Set(plan.steps.map((s) => s.host)).size;
  const steps = plan.steps.length === 1 ? '1 step' : `${plan.steps.length} steps`;
  const down = downtimeText(plan);
  const said = `Plan: ${counts(plan)}; ${steps} on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}.`;
  return down === '' ? said : `${said}\nDowntime: ${down}.`;
}
