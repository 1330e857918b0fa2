import type { Change, ChangeAction, Difference } from '../model/change.ts';
import type { Plan } from '../model/plan.ts';
import type { Step } from '../model/step.ts';
import { PLAIN, type Style, type Terminal } from './terminal.ts';

export interface PlanTextOptions {
  /** Also list what stays as it is. */
  readonly showUnchanged?: boolean;
  /** Also list the steps. */
  readonly showSteps?: boolean;
}

const SYMBOL: Readonly<Record<ChangeAction, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '-',
  adopt: '«',
  move: '→',
  'no-op': ' ',
};

/** The plan as a reviewer reads it: what is lost first, then workload by workload, then the promises and the count. */
export function renderPlan(
  plan: Plan,
  terminal: Pick<Terminal, 'width' | 'style'>,
  options: PlanTextOptions = {},
): string {
  const { style } = terminal;
  const changes = plan.changes.filter((c) => c.action !== 'no-op' || options.showUnchanged);
  const lines = [
    `${style.bold(`Stack ${plan.stack}`)} on ${plan.hosts.length === 1 ? plan.hosts[0] : `${plan.hosts.length} hosts (${plan.hosts.join(', ')})`}`,
    '',
  ];
  const destructive = changes.filter((c) => c.destructive);
  if (destructive.length > 0) lines.push(style.red(style.bold('Data will be lost')), ...rows(destructive, style), '');
  for (const [title, group] of groups(changes.filter((c) => !c.destructive)))
    lines.push(style.bold(title), ...rows(group, style), '');
  if (options.showSteps && plan.steps.length > 0) lines.push(style.bold('Steps'), ...stepRows(plan.steps, style), '');
  if (isEmpty(plan)) return `${[...lines, 'No changes. What is live is what the files say.'].join('\n')}\n`;
  for (const guarantee of plan.guarantees) lines.push(`  ${style.green('✓')} ${guarantee.text}`);
  if (plan.guarantees.length > 0) lines.push('');
  lines.push(summary(plan));
  return `${lines.join('\n')}\n`;
}

export function isEmpty(plan: Plan): boolean {
  return plan.steps.length === 0;
}

function groups(changes: readonly Change[]): [string, Change[]][] {
  const byTitle = new Map<string, Change[]>();
  for (const change of changes) {
    const title = change.workload ?? TITLES[change.kind] ?? change.kind;
    byTitle.set(title, [...(byTitle.get(title) ?? []), change]);
  }
  return [...byTitle];
}

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

function rows(changes: readonly Change[], style: Style): string[] {
  const resource = Math.max(...changes.map((c) => c.resource.length));
  const host = Math.max(...changes.map((c) => c.host?.length ?? 0));
  const action = Math.max(...changes.map((c) => c.action.length));
  return changes.flatMap((c) => {
    const head = `  ${SYMBOL[c.action]} ${c.resource.padEnd(resource)}  ${(c.host ?? '').padEnd(host)}  ${c.action.padEnd(action)}`;
    return [
      `${paint(c.action, style)(head)}  ${style.dim(c.cause)}`,
      ...(c.action === 'move' ? [] : differenceRows(c.differences, style)),
    ];
  });
}

function paint(action: ChangeAction, style: Style): Style['red'] {
  if (action === 'create' || action === 'adopt') return style.green;
  if (action === 'delete') return style.red;
  return action === 'no-op' ? style.dim : style.yellow;
}

function differenceRows(differences: readonly Difference[], style: Style): string[] {
  const width = Math.max(0, ...differences.map((d) => d.path.length));
  return differences.map((d) => {
    const who = d.attribution === 'your change' ? '' : `  ${style.magenta(d.attribution)}`;
    return `      ${d.path.padEnd(width)}  ${value(d.from)} ${style.dim('→')} ${value(d.to)}${who}`;
  });
}

function value(raw: unknown): string {
  if (raw === undefined) return '(not set)';
  if (typeof raw === 'object' && raw !== null && Object.keys(raw).length === 1) {
    if ('value' in raw) return JSON.stringify(raw.value);
    if ('digest' in raw) return `(secret ${String(raw.digest).slice(7, 15)})`;
  }
  return typeof raw === 'string' ? raw : JSON.stringify(raw);
}

function stepRows(steps: readonly Step[], style: Style): string[] {
  const id = String(steps.length).length;
  const kind = Math.max(...steps.map((s) => s.kind.length));
  const host = Math.max(...steps.map((s) => s.host.length));
  const subject = Math.max(...steps.map((s) => subjectOf(s).length));
  return steps.map((s) => {
    const after = s.after.length === 0 ? '' : style.dim(`  after ${s.after.join(', ')}`);
    return `  ${String(s.id).padStart(id)}  ${s.kind.padEnd(kind)}  ${s.host.padEnd(host)}  ${subjectOf(s).padEnd(subject)}  ${s.cause}${after}`;
  });
}

/** What a step works on, in a word. */
export function subjectOf(step: Step): string {
  if ('replica' in step) {
    const name = `${step.replica.workload}.${step.replica.ordinal}`;
    return step.replica.container === step.replica.workload || step.replica.role === 'main'
      ? name
      : `${name}/${step.replica.container}`;
  }
  switch (step.kind) {
    case 'image.pull':
    case 'image.transfer':
    case 'image.build':
    case 'image.remove':
      return step.image;
    case 'network.create':
      return step.network.name;
    case 'network.remove':
    case 'network.connect':
    case 'network.disconnect':
      return step.network;
    case 'volume.create':
      return step.volume.name;
    case 'volume.remove':
    case 'volume.copy':
      return step.volume;
    default:
      return step.workload ?? '';
  }
}

const WORDS: readonly [ChangeAction, string][] = [
  ['create', 'to create'],
  ['adopt', 'to adopt'],
  ['update', 'to update'],
  ['replace', 'to replace'],
  ['move', 'to move'],
  ['delete', 'to delete'],
];

function summary(plan: Plan): string {
  const counts = WORDS.map(
    ([action, words]) => [plan.changes.filter((c) => c.action === action).length, words] as const,
  );
  const parts = counts.filter(([n]) => n > 0).map(([n, words]) => `${n} ${words}`);
  const unchanged = plan.changes.filter((c) => c.action === 'no-op').length;
  const hosts = new Set(plan.steps.map((s) => s.host)).size;
  const tail = unchanged > 0 ? `, ${unchanged} unchanged` : '';
  return `Plan: ${parts.join(', ')}${tail}; ${plan.steps.length} steps on ${hosts} ${hosts === 1 ? 'host' : 'hosts'}.`;
}

export const PLAIN_TERMINAL: Pick<Terminal, 'width' | 'style'> = { width: Number.POSITIVE_INFINITY, style: PLAIN };
