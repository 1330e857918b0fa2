import type { Change } from '../../model/change.ts';
import type { Plan } from '../../model/plan.ts';
import { subjectOf } from './subject.ts';
import { counts, groupChanges, heading, isEmpty, SYMBOL, summary } from './summary.ts';
import { differenceLines } from './values.ts';

/** What code hosts accept in one comment, less room for what a pipeline adds. */
const COMMENT_LIMIT = 60_000;

/**
 * The plan as a comment on a pull request: the summary in sight, the differences folded. A plan too long for one
 * comment loses its steps first, then its differences, and says so.
 */
export function renderPlanMarkdown(plan: Plan, limit = COMMENT_LIMIT): string {
  if (isEmpty(plan)) return `### ${heading(plan)}\n\nNo changes. What is live is what the files say.\n`;
  const full = document(plan, true, true);
  if (full.length <= limit) return full;
  const withoutSteps = document(plan, true, false);
  if (withoutSteps.length <= limit) return withoutSteps;
  const short = document(plan, false, false);
  return short.length <= limit
    ? short
    : `${short.slice(0, limit - 200)}\n\n… cut; \`stowage show\` prints the whole plan.\n`;
}

function document(plan: Plan, differences: boolean, steps: boolean): string {
  const changes = plan.changes.filter((c) => c.action !== 'no-op');
  const destructive = changes.filter((c) => c.destructive);
  const parts = [
    `### ${heading(plan)}`,
    `**${summary(plan)}**`,
    ...(destructive.length > 0 ? [`> [!CAUTION]\n> Data will be lost: ${destructive.map(nameOf).join(', ')}`] : []),
    ...plan.guarantees.map((g) => `- ✓ ${g.text}`),
    ...groupChanges(changes).map(([title, group]) => section(title, group, differences)),
    steps
      ? stepsSection(plan)
      : `_The ${plan.steps.length} steps are left out here; \`stowage plan --steps\` lists them._`,
    ...(differences ? [] : ['_The differences are left out here; `stowage plan` lists them._']),
  ];
  return `${parts.join('\n\n')}\n`;
}

function nameOf(change: Change): string {
  return `\`${change.resource}\`${change.host === undefined ? '' : ` on ${change.host}`}`;
}

function section(title: string, changes: readonly Change[], differences: boolean): string {
  const rows = changes.map(
    (c) => `| ${SYMBOL[c.action]} | ${c.resource} | ${c.host ?? ''} | ${c.action} | ${cell(c.cause)} |`,
  );
  const table = ['| | what | host | action | why |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
  const lines = differences ? diffLines(changes) : [];
  const folded = lines.length === 0 ? [] : [`\`\`\`diff\n${lines.join('\n')}\n\`\`\``];
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return [`<details><summary><b>${title}</b>: ${count}</summary>`, table, ...folded, '</details>'].join('\n\n');
}

/** Each set of differences once, named by the first resource that has it. */
function diffLines(changes: readonly Change[]): string[] {
  const sets = new Map(changes.filter((c) => c.differences.length > 0).map((c) => [JSON.stringify(c.differences), c]));
  return [...sets.values()].flatMap((change) => [
    `  ${change.resource}`,
    ...change.differences.flatMap((d) => {
      const who = d.attribution === 'your change' ? '' : ` (${d.attribution})`;
      return differenceLines(d).map(
        ({ sign, text }, i) => `${sign === ' ' ? '!' : sign} ${i === 0 ? `${d.path}${who}: ` : ''}${text}`,
      );
    }),
  ]);
}

function stepsSection(plan: Plan): string {
  const lines = plan.steps.map(
    (s) => `${s.id}. ${s.kind} ${s.host} ${subjectOf(s)}${s.after.length > 0 ? ` (after ${s.after.join(', ')})` : ''}`,
  );
  return `<details><summary>${counts(plan)}: ${plan.steps.length} steps</summary>\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n\n</details>`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
