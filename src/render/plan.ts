import type { Plan } from '../model/plan.ts';
import type { Step } from '../model/step.ts';
import { subjectOf } from './plan/subject.ts';
import { groupChanges, heading, isEmpty, promisesOf, summary } from './plan/summary.ts';
import { beside, changeRows, longest, type Screen } from './plan/text-rows.ts';
import { wrap } from './wrap.ts';

export { subjectOf } from './plan/subject.ts';
export { isEmpty } from './plan/summary.ts';

export interface PlanTextOptions {
  /** Also list what stays as it is. */
  readonly showUnchanged?: boolean;
  /** Also list the steps. */
  readonly showSteps?: boolean;
}

/** The plan as a reviewer reads it: what is lost first, then workload by workload, then the promises and the count. */
export function renderPlan(plan: Plan, screen: Screen, options: PlanTextOptions = {}): string {
  const { style, width = Number.POSITIVE_INFINITY } = screen;
  const changes = plan.changes.filter((c) => c.action !== 'no-op' || options.showUnchanged);
  const destructive = changes.filter((c) => c.destructive);
  const lines = [...wrap(heading(plan), width).map((line) => style.bold(line)), ''];
  if (destructive.length > 0) {
    lines.push(style.red(style.bold('Data will be lost')), ...changeRows(destructive, screen), '');
  }
  for (const [title, group] of groupChanges(changes.filter((c) => !c.destructive))) {
    lines.push(style.bold(title), ...changeRows(group, screen), '');
  }
  if (options.showSteps && plan.steps.length > 0) lines.push(style.bold('Steps'), ...stepRows(plan.steps, screen), '');
  if (isEmpty(plan)) return `${[...lines, 'No changes. What is live is what the files say.'].join('\n')}\n`;
  const promises = promisesOf(plan);
  for (const { type, text } of promises) {
    const mark = type === 'downtime' ? style.yellow('!') : style.green('✓');
    lines.push(...wrap(text, width - 4).map((line, i) => `  ${i === 0 ? mark : ' '} ${line}`));
  }
  if (promises.length > 0) lines.push('');
  lines.push(...wrap(summary(plan), width));
  return `${lines.join('\n')}\n`;
}

function stepRows(steps: readonly Step[], screen: Screen): string[] {
  const { style } = screen;
  const id = String(steps.length).length;
  const kind = longest(steps.map((s) => s.kind));
  const host = longest(steps.map((s) => s.host));
  const subject = longest(steps.map(subjectOf));
  return steps.flatMap((s) => {
    const head = `  ${String(s.id).padStart(id)}  ${s.kind.padEnd(kind)}  ${s.host.padEnd(host)}  ${subjectOf(s).padEnd(subject)}`;
    const after = s.after.length === 0 ? '' : `  after ${s.after.join(', ')}`;
    return beside(head, `${s.cause}${after}`, id + 4, screen, asIs, style.dim);
  });
}

const asIs = (text: string): string => text;
