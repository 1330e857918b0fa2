import type { Change, Difference } from '../../model/change.ts';
import type { Plan } from '../../model/plan.ts';
import { escapeHtml } from './html/escape.ts';
import { subjectOf } from './subject.ts';
import { counts, groupChanges, heading, isEmpty, promisesOf, SYMBOL, summary } from './summary.ts';
import { type DifferenceLine, differenceLines } from './values.ts';

/** What code hosts accept in one comment, less room for what a pipeline adds. */
const COMMENT_LIMIT = 60_000;

interface Shown {
  readonly differences: boolean;
  readonly steps: boolean;
  /** How many workloads have a section; the rest is counted. */
  readonly groups: number;
}

/**
 * The plan as a comment on a pull request: the summary in sight, the differences folded. A plan too long for one
 * comment loses its steps first, then its differences, then its last workloads, and says so.
 */
export function renderPlanMarkdown(plan: Plan, limit = COMMENT_LIMIT): string {
  if (isEmpty(plan)) return `### ${inline(heading(plan))}\n\nNo changes. What is live is what the files say.\n`;
  const groups = groupChanges(plan.changes.filter((c) => c.action !== 'no-op')).length;
  const levels: readonly Shown[] = [
    { differences: true, steps: true, groups },
    { differences: true, steps: false, groups },
    ...Array.from({ length: groups + 1 }, (_, i) => ({ differences: false, steps: false, groups: groups - i })),
  ];
  let text = '';
  for (const level of levels) {
    text = document(plan, level);
    if (text.length <= limit) return text;
  }
  const note = '\n\n_The rest is left out here; `stowage show` prints the whole plan._\n';
  return `${text.slice(0, Math.max(0, limit - note.length)).replace(/\n[^\n]*$/, '')}${note}`.slice(0, limit);
}

function document(plan: Plan, shown: Shown): string {
  const changes = plan.changes.filter((c) => c.action !== 'no-op');
  const destructive = changes.filter((c) => c.destructive);
  const groups = groupChanges(changes);
  const left = groups.length - shown.groups;
  const parts = [
    `### ${inline(heading(plan))}`,
    summary(plan)
      .split('\n')
      .map((line) => `**${inline(line)}**`)
      .join('\\\n'),
    ...(destructive.length > 0 ? [`> [!CAUTION]\n> Data will be lost: ${destructive.map(nameOf).join(', ')}`] : []),
    ...warningsSection(plan),
    promisesOf(plan)
      .map((g) => `- ${g.type === 'downtime' ? '⚠' : '✓'} ${inline(g.text)}`)
      .join('\n'),
    ...groups.slice(0, shown.groups).map(([title, group]) => section(title, group, shown.differences)),
    ...(left > 0 ? [`_${left} more ${left === 1 ? 'group' : 'groups'} of changes left out here._`] : []),
    shown.steps
      ? stepsSection(plan)
      : `_The ${plan.steps.length} steps are left out here; \`stowage plan --steps\` lists them._`,
    ...(shown.differences ? [] : ['_The differences are left out here; `stowage plan` lists them._']),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function warningsSection({ warnings }: Plan): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map((w) => `> ${inline([w.message, w.where ?? w.path, w.why].filter(Boolean).join('; '))}`);
  return [`> [!WARNING]\n${lines.join('\\\n')}`];
}

function nameOf(change: Change): string {
  return `\`${change.resource}\`${change.host === undefined ? '' : ` on ${inline(change.host)}`}`;
}

function section(title: string, changes: readonly Change[], differences: boolean): string {
  const rows = changes.map(
    (c) => `| ${SYMBOL[c.action]} | ${cell(c.resource)} | ${cell(c.host ?? '')} | ${c.action} | ${cell(c.cause)} |`,
  );
  const table = ['| | what | host | action | why |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
  const folded = differences ? diffBlocks(changes) : [];
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  const head = `<details><summary><b>${escapeHtml(title)}</b>: ${count}</summary>`;
  return [head, table, ...folded, '</details>'].join('\n\n');
}

/** Each set of differences once, with the names of those that have it. */
function diffBlocks(changes: readonly Change[]): string[] {
  const sets = new Map<string, { names: string[]; differences: readonly Difference[] }>();
  for (const { resource, differences, action } of changes) {
    if (differences.length === 0 || action === 'move') continue;
    const key = JSON.stringify(differences);
    const set = sets.get(key) ?? { names: [], differences };
    set.names.push(resource);
    sets.set(key, set);
  }
  return [...sets.values()].map(({ names, differences }) =>
    fenced('diff', [`@@ ${names.join(', ')} @@`, ...differences.flatMap(diffLines)]),
  );
}

const SIGNS: Readonly<Record<DifferenceLine['sign'], string>> = { ' ': '!', '-': '-', '+': '+', '=': ' ', '@': ' …' };

function diffLines(d: Difference): string[] {
  const who = d.attribution === 'your change' ? '' : ` (${d.attribution})`;
  const lines = differenceLines(d);
  const [first] = lines;
  if (lines.length === 1 && first?.sign === ' ') return [`! ${d.path}${who}: ${first.text}`];
  return [`! ${d.path}${who}`, ...lines.map(({ sign, text }) => `${SIGNS[sign]} ${text}`)];
}

function stepsSection(plan: Plan): string {
  const lines = plan.steps.map(
    (s) => `${s.id}. ${s.kind} ${s.host} ${subjectOf(s)}${s.after.length > 0 ? ` (after ${s.after.join(', ')})` : ''}`,
  );
  return `<details><summary>${counts(plan)}: ${plan.steps.length} steps</summary>\n\n${fenced('', lines)}\n\n</details>`;
}

/** A code block whose fence is longer than any in the text. */
function fenced(language: string, lines: readonly string[]): string {
  const text = lines.join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Text that must not turn into markup; an underscore within a word is none. */
function inline(text: string): string {
  const escaped = text.replace(/[\\`*[\]]|(?<!\w)_|_(?!\w)/g, (c) => `\\${c}`);
  return escaped.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', ' ');
}

function cell(text: string): string {
  return inline(text).replaceAll('|', '\\|');
}
