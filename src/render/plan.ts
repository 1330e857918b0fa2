import type { Change, ChangeAction, Difference } from '../model/change.ts';
import type { Plan } from '../model/plan.ts';
import type { Step } from '../model/step.ts';
import { subjectOf } from './plan/subject.ts';
import { groupChanges, heading, isEmpty, SYMBOL, summary } from './plan/summary.ts';
import { differenceLines } from './plan/values.ts';
import type { Style, Terminal } from './terminal.ts';

export { subjectOf } from './plan/subject.ts';
export { isEmpty } from './plan/summary.ts';

export interface PlanTextOptions {
  /** Also list what stays as it is. */
  readonly showUnchanged?: boolean;
  /** Also list the steps. */
  readonly showSteps?: boolean;
}

/** The plan as a reviewer reads it: what is lost first, then workload by workload, then the promises and the count. */
export function renderPlan(plan: Plan, { style }: Pick<Terminal, 'style'>, options: PlanTextOptions = {}): string {
  const changes = plan.changes.filter((c) => c.action !== 'no-op' || options.showUnchanged);
  const destructive = changes.filter((c) => c.destructive);
  const lines = [style.bold(heading(plan)), ''];
  if (destructive.length > 0) lines.push(style.red(style.bold('Data will be lost')), ...rows(destructive, style), '');
  for (const [title, group] of groupChanges(changes.filter((c) => !c.destructive))) {
    lines.push(style.bold(title), ...rows(group, style), '');
  }
  if (options.showSteps && plan.steps.length > 0) lines.push(style.bold('Steps'), ...stepRows(plan.steps, style), '');
  if (isEmpty(plan)) return `${[...lines, 'No changes. What is live is what the files say.'].join('\n')}\n`;
  for (const guarantee of plan.guarantees) lines.push(`  ${style.green('✓')} ${guarantee.text}`);
  if (plan.guarantees.length > 0) lines.push('');
  lines.push(summary(plan));
  return `${lines.join('\n')}\n`;
}

function rows(changes: readonly Change[], style: Style): string[] {
  const resource = Math.max(...changes.map((c) => c.resource.length));
  const host = Math.max(...changes.map((c) => c.host?.length ?? 0));
  const action = Math.max(...changes.map((c) => c.action.length));
  return changes.flatMap((change, i) => {
    const head = `  ${SYMBOL[change.action]} ${change.resource.padEnd(resource)}  ${(change.host ?? '').padEnd(host)}  ${change.action.padEnd(action)}`;
    const row = `${paint(change.action, style)(head)}  ${style.dim(change.cause)}`.trimEnd();
    const next = changes[i + 1];
    const isLastOfItsKind = next === undefined || !sameDifferences(change, next);
    return change.action === 'move' || !isLastOfItsKind ? [row] : [row, ...differenceRows(change.differences, style)];
  });
}

/** Replicas that change alike show their differences once, below the last of them. */
function sameDifferences(a: Change, b: Change): boolean {
  return a.action === b.action && JSON.stringify(a.differences) === JSON.stringify(b.differences);
}

function paint(action: ChangeAction, style: Style): Style['red'] {
  if (action === 'create' || action === 'adopt') return style.green;
  if (action === 'delete') return style.red;
  return action === 'no-op' ? style.dim : style.yellow;
}

function differenceRows(differences: readonly Difference[], style: Style): string[] {
  const width = Math.max(0, ...differences.map((d) => d.path.length));
  return differences.flatMap((d) => {
    const notes = [
      ...(d.attribution === 'your change' ? [] : [style.magenta(d.attribution)]),
      ...(d.forcesReplace ? [style.dim('needs a new one')] : []),
    ];
    return differenceLines(d).map(({ sign, text }, i) => {
      const path = (i === 0 ? d.path : '').padEnd(width);
      const marked = sign === '-' ? style.red(`- ${text}`) : sign === '+' ? style.green(`+ ${text}`) : text;
      return `      ${path}  ${marked}${i === 0 && notes.length > 0 ? `  (${notes.join(', ')})` : ''}`;
    });
  });
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
