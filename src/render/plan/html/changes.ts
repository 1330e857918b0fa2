import type { Change, Difference } from '../../../model/change.ts';
import type { Plan } from '../../../model/plan.ts';
import { groupChanges, SYMBOL } from '../summary.ts';
import { type DifferenceLine, differenceLines } from '../values.ts';
import { escapeHtml as e } from './escape.ts';

/** With so few sets of differences all are shown at once; of more, each opens on demand. */
const OPEN_UP_TO = 12;

/** Every change but no-ops, by workload; those that change alike stand together above their one set of differences. */
export function changesSection(plan: Plan): string {
  const shown = plan.changes.filter((c) => c.action !== 'no-op');
  const unchanged = plan.changes.length - shown.length;
  const sets = groupChanges(shown).map(([title, changes]) => [title, alike(changes)] as const);
  const open = sets.reduce((sum, [, groups]) => sum + groups.length, 0) <= OPEN_UP_TO;
  const groups = sets.map(
    ([title, groups]) =>
      `<article class="group"><h3>${e(title)}</h3>${groups.map((g) => changeBlock(g, open)).join('')}</article>`,
  );
  const rest = unchanged === 0 ? '' : `<p class="lead">${unchanged} unchanged.</p>`;
  return `<section id="changes"><h2>Changes</h2>${groups.join('')}${rest}</section>`;
}

/** Neighbours with the same action, cause and differences. */
function alike(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && keyOf(last[0]) === keyOf(change)) last.push(change);
    else groups.push([change]);
  }
  return groups;
}

function keyOf({ action, cause, differences, destructive }: Change): string {
  return JSON.stringify([action, cause, differences, destructive]);
}

function changeBlock(changes: readonly Change[], open: boolean): string {
  const first = changes[0];
  if (first === undefined) return '';
  const className = `change ${first.action}${first.destructive ? ' lost' : ''}`;
  const names = changes.map(
    (c) => `<li><b>${e(c.resource)}</b>${c.host === undefined ? '' : ` <span class="host">${e(c.host)}</span>`}</li>`,
  );
  const head = `<span class="badge"><i>${SYMBOL[first.action]}</i> ${first.action}</span><ul class="names">${names.join('')}</ul><p class="cause">${e(first.cause)}</p>`;
  if (first.differences.length === 0 || first.action === 'move') return `<div class="${className}">${head}</div>`;
  const rows = first.differences.map(differenceRow).join('');
  const count = first.differences.length === 1 ? '1 difference' : `${first.differences.length} differences`;
  return `<div class="${className}">${head}<details${open ? ' open' : ''}><summary>${count}</summary><div class="differences">${rows}</div></details></div>`;
}

const SIGNS: Readonly<Record<DifferenceLine['sign'], readonly [string, string]>> = {
  '-': ['gone', '−'],
  '+': ['come', '+'],
  '=': ['same', ' '],
  '@': ['skipped', '…'],
  ' ': ['both', ''],
};

function differenceRow(difference: Difference): string {
  const lines = differenceLines(difference).map(({ sign, text }) => {
    const [className, shown] = SIGNS[sign];
    return `<div class="${className}">${shown === '' ? '' : `<i>${shown}</i>`}<span>${e(text)}</span></div>`;
  });
  const who = difference.attribution === 'your change' ? '' : `<em class="who">${e(difference.attribution)}</em>`;
  const force = difference.forcesReplace ? '<em class="force">needs a new one</em>' : '';
  return `<div class="difference"><div class="path"><code>${e(difference.path)}</code>${who}${force}</div><div class="values">${lines.join('')}</div></div>`;
}
