import type { Change } from '../../../model/change.ts';
import type { Placement } from '../../../model/placement.ts';
import type { Plan } from '../../../model/plan.ts';
import { SYMBOL } from '../summary.ts';
import { escapeHtml as e } from './escape.ts';

/** A card for each host: what will run there and why, what leaves, and what else of the stack is on it. */
export function placementSection(plan: Plan): string {
  const cards = plan.hosts.map((host) => hostCard(plan, host));
  return `<section id="placement"><h2>Placement</h2><p class="lead">What runs where once all steps are done.</p><div class="hosts">${cards.join('')}</div></section>`;
}

function hostCard(plan: Plan, host: string): string {
  const placed = plan.placements.filter((p) => p.host === host);
  const here = plan.changes.filter((c) => c.host === host);
  const stays = placed.map((p) => replica(p, here));
  const leaves = [
    ...here.filter((c) => c.kind === 'replica' && c.action === 'delete').map((c) => leaving(c.resource, c.cause)),
    ...plan.placements.filter((p) => p.from === host).map((p) => leaving(nameOf(p), `moves to ${p.host}`)),
  ];
  const others = here
    .filter((c) => c.kind !== 'replica' && c.action !== 'no-op')
    .map((c) => `<li class="${c.action}"><i>${SYMBOL[c.action]}</i> ${e(c.kind)} ${e(c.resource)}</li>`);
  const tags = others.length === 0 ? '' : `<ul class="tags">${others.join('')}</ul>`;
  const list = [...stays, ...leaves].join('') || '<li class="empty">nothing of this stack</li>';
  const count = placed.length === 1 ? '1 replica' : `${placed.length} replicas`;
  return `<article class="host-card"><h3>${e(host)} <small>${count}</small></h3><ul class="cargo">${list}</ul>${tags}</article>`;
}

function nameOf({ workload, ordinal }: Placement): string {
  return `${workload}.${ordinal}`;
}

function replica(placement: Placement, here: readonly Change[]): string {
  const name = nameOf(placement);
  const action = here.find((c) => c.kind === 'replica' && c.resource === name)?.action ?? 'no-op';
  const from = placement.from === undefined ? '' : `, from ${placement.from}`;
  return `<li class="box-item ${action}"><b><i>${SYMBOL[action].trim()}</i>${e(name)}</b><small>${e(placement.reason + from)}</small></li>`;
}

function leaving(name: string, why: string): string {
  return `<li class="box-item leaves"><b><i>−</i><s>${e(name)}</s></b><small>${e(why)}</small></li>`;
}
