import type { Plan } from '../../../model/plan.ts';
import type { Step } from '../../../model/step.ts';
import { callOf } from '../explain-step.ts';
import { commandsOf } from '../script/shell-lines.ts';
import { subjectOf } from '../subject.ts';
import { escapeHtml as e } from './escape.ts';
import { graphHtml } from './graph.ts';

/** The graph of steps, and each of them to open: cause, engine call, what undoes it, what it waits for. */
export function stepsSection(plan: Plan): string {
  const next = new Map<number, number[]>();
  for (const step of plan.steps) for (const id of step.after) next.set(id, [...(next.get(id) ?? []), step.id]);
  const items = plan.steps.map((step) => stepItem(plan, step, next.get(step.id) ?? []));
  return `<section id="steps"><h2>Steps</h2><p class="lead">A lane for each host, left to right: a step starts when all that lead to it are done. Choose one to read what it does.</p>
${graphHtml(plan)}
<details class="all"><summary>All ${plan.steps.length} steps, in order</summary><div class="step-list">${items.join('')}</div></details></section>`;
}

function stepItem(plan: Plan, step: Step, next: readonly number[]): string {
  const { call, undo } = callOf(step);
  const commands = commandsOf(plan, step).map((command) => `<code>${e(command)}</code>`);
  const facts: readonly (readonly [string, string])[] = [
    ['why', e(step.cause)],
    ['call', `<code>${e(call)}</code>`],
    ...(commands.length === 0 ? [] : [['as', commands.join('<br>')] as const]),
    ['undo', e(undo)],
    ['after', links(step.after) || 'nothing: it may start at once'],
    ['then', links(next) || 'nothing waits for it'],
    ...(step.destructive ? [['data', '<strong class="lost">is lost when this runs</strong>'] as const] : []),
  ];
  const list = facts.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join('');
  const head = `<span class="id">${step.id}</span><code>${e(step.kind)}</code> <b>${e(subjectOf(step))}</b> <span class="host">${e(step.host)}</span>`;
  return `<details class="step${step.destructive ? ' lost' : ''}"><summary>${head}</summary><dl id="step-${step.id}">${list}</dl></details>`;
}

function links(ids: readonly number[]): string {
  return ids.map((id) => `<a href="#step-${id}">${id}</a>`).join(' ');
}
