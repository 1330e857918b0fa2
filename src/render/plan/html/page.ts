import type { Plan } from '../../../model/plan.ts';
import { downtimes, downtimeText } from '../downtime.ts';
import { actionCounts, heading, isEmpty, promisesOf } from '../summary.ts';
import { changesSection } from './changes.ts';
import { escapeHtml as e } from './escape.ts';
import { placementSection } from './placement.ts';
import { stepsSection } from './steps.ts';
import { STYLE_SHEET } from './style-sheet.ts';

/**
 * One self-contained page: what changes, where everything runs, and the graph of steps. It has no script and loads
 * nothing, and says so to the browser, so that it opens wherever a file can be opened.
 */
export function renderPlanHtml(plan: Plan): string {
  const body = isEmpty(plan)
    ? `<p class="calm">No changes. What is live is what the files say.</p>${placementSection(plan)}`
    : [notices(plan), changesSection(plan), placementSection(plan), promises(plan), stepsSection(plan)].join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${e(heading(plan))}</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
${header(plan)}
<main>
${body}
${images(plan)}
</main>
<footer>
<p>Made by stowage ${e(plan.toolVersion)} from inputs <code>${e(plan.inputDigest)}</code></p>
</footer>
</body>
</html>
`;
}

function header(plan: Plan): string {
  const hosts = plan.hosts.length === 1 ? '1 host' : `${plan.hosts.length} hosts`;
  const tiles = isEmpty(plan) ? '' : `<ul class="tiles">${tilesOf(plan).join('')}</ul>`;
  return `<header>
<p class="eyebrow">Stowage plan</p>
<h1>${e(plan.stack)} <span>on ${hosts}</span></h1>
${tiles}
</header>`;
}

function tilesOf(plan: Plan): string[] {
  const down = downtimes(plan);
  const steps = plan.steps.length;
  return [
    ...actionCounts(plan).map(({ action, count, words }) => tile(String(count), words, action)),
    tile(String(steps), steps === 1 ? 'step' : 'steps', 'plain'),
    down.length === 0
      ? tile('0 s', 'downtime', 'calm-tile')
      : tile(`≈ ${Math.max(...down.map((d) => d.aboutSeconds))} s`, 'longest downtime', 'down', downtimeText(plan)),
  ];
}

function tile(value: string, words: string, className: string, note = ''): string {
  const small = note === '' ? '' : `<small>${e(note)}</small>`;
  return `<li class="tile ${className}"><b>${e(value)}</b><span>${e(words)}</span>${small}</li>`;
}

function notices(plan: Plan): string {
  const lost = plan.changes.filter((c) => c.destructive);
  const items = lost.map((c) => `<li><b>${e(c.resource)}</b>${c.host ? ` on ${e(c.host)}` : ''}: ${e(c.cause)}</li>`);
  const danger =
    lost.length === 0
      ? ''
      : `<section class="notice danger"><h2>Data will be lost</h2><ul>${items.join('')}</ul></section>`;
  return danger + warnings(plan);
}

function warnings(plan: Plan): string {
  const items = plan.warnings.map((w) => {
    const about = [w.where ?? w.path, w.why].filter((part) => part !== undefined).map((part) => e(part));
    return `<li><b>${e(w.message)}</b>${about.length > 0 ? `: ${about.join('; ')}` : ''}</li>`;
  });
  if (items.length === 0) return '';
  return `<section class="notice warning"><h2>Warnings</h2><ul>${items.join('')}</ul></section>`;
}

function promises(plan: Plan): string {
  if (plan.guarantees.length === 0) return '';
  const items = promisesOf(plan).map(
    (g) => `<li class="${g.type === 'downtime' ? 'broken' : 'kept'}">${e(g.text)}</li>`,
  );
  return `<section><h2>Guarantees</h2><p class="lead">Proved from the steps below, whatever order they run in.</p><ul class="promises">${items.join('')}</ul></section>`;
}

function images(plan: Plan): string {
  const rows = Object.entries(plan.images).map(
    ([image, digest]) => `<tr><td>${e(image)}</td><td><code>${e(digest)}</code></td></tr>`,
  );
  if (rows.length === 0) return '';
  return `<section><h2>Images</h2><p class="lead">Each tag as it was resolved once, for every host.</p><table class="images">${rows.join('')}</table></section>`;
}
