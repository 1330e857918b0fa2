import type { Change } from '../../model/change.ts';
import type { Plan } from '../../model/plan.ts';
import { escapeHtml as e } from './escape.ts';
import { graphSvg } from './graph-svg.ts';
import { STYLE_SHEET } from './style-sheet.ts';
import { subjectOf } from './subject.ts';
import { groupChanges, heading, isEmpty, SYMBOL, summary } from './summary.ts';
import { differenceLines } from './values.ts';

/** One self-contained page: what changes, where everything runs, and the graph of steps. No script, nothing loaded. */
export function renderPlanHtml(plan: Plan): string {
  const title = heading(plan);
  const body = isEmpty(plan)
    ? '<p class="none">No changes. What is live is what the files say.</p>'
    : [promises(plan), changes(plan), graph(plan)].join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${e(title)}</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
<header><h1>${e(title)}</h1><p class="summary">${e(isEmpty(plan) ? 'No changes.' : summary(plan))}</p></header>
<main>
${body}
${placement(plan)}
</main>
<footer>stowage ${e(plan.toolVersion)} · inputs ${e(plan.inputDigest)}</footer>
</body>
</html>
`;
}

function promises(plan: Plan): string {
  if (plan.guarantees.length === 0) return '';
  return `<section><h2>Guarantees</h2><ul class="promises">${plan.guarantees.map((g) => `<li>${e(g.text)}</li>`).join('')}</ul></section>`;
}

function changes(plan: Plan): string {
  const shown = plan.changes.filter((c) => c.action !== 'no-op');
  const destructive = shown.filter((c) => c.destructive);
  const warning =
    destructive.length === 0
      ? ''
      : `<p class="danger">Data will be lost: ${destructive.map((c) => `${e(c.resource)}${c.host ? ` on ${e(c.host)}` : ''}`).join(', ')}</p>`;
  const groups = groupChanges(shown).map(([title, group]) => `<h3>${e(title)}</h3>${group.map(changeRow).join('')}`);
  return `<section><h2>Changes</h2>${warning}${groups.join('')}</section>`;
}

function changeRow(change: Change): string {
  const head = `<span class="symbol">${SYMBOL[change.action]}</span> <b>${e(change.resource)}</b> <span class="host">${e(change.host ?? '')}</span> <span class="action">${change.action}</span> <span class="cause">${e(change.cause)}</span>`;
  const className = `change ${change.action}${change.destructive ? ' lost' : ''}`;
  if (change.differences.length === 0) return `<div class="${className}">${head}</div>`;
  const rows = change.differences.map((d) => {
    const lines = differenceLines(d).map(
      ({ sign, text }) => `<span class="${sign === '-' ? 'gone' : sign === '+' ? 'come' : 'both'}">${e(text)}</span>`,
    );
    return `<tr><td>${e(d.path)}</td><td>${lines.join('<br>')}</td><td class="who">${e(d.attribution)}${d.forcesReplace ? ', needs a new one' : ''}</td></tr>`;
  });
  return `<details class="${className}"><summary>${head}</summary><table>${rows.join('')}</table></details>`;
}

function placement(plan: Plan): string {
  const columns = plan.hosts.map((host) => {
    const here = plan.placements.filter((p) => p.host === host);
    const items = here.map(
      (p) =>
        `<li title="${e(p.reason)}">${e(`${p.workload}.${p.ordinal}`)}${p.from ? ` <small>from ${e(p.from)}</small>` : ''}</li>`,
    );
    return `<div class="host-card"><h3>${e(host)}</h3><ul>${items.join('') || '<li class="empty">nothing</li>'}</ul></div>`;
  });
  return `<section><h2>Placement</h2><div class="hosts">${columns.join('')}</div></section>`;
}

function graph(plan: Plan): string {
  const rows = plan.steps.map(
    (s) =>
      `<tr><td>${s.id}</td><td>${e(s.kind)}</td><td>${e(s.host)}</td><td>${e(subjectOf(s))}</td><td>${e(s.cause)}</td><td>${s.after.join(', ')}</td></tr>`,
  );
  return `<section><h2>Steps</h2><div class="graph">${graphSvg(plan.steps)}</div><details><summary>all ${plan.steps.length} steps as a list</summary><table class="steps"><tr><th>#</th><th>step</th><th>host</th><th>on</th><th>why</th><th>after</th></tr>${rows.join('')}</table></details></section>`;
}
