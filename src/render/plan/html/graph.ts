import type { Plan } from '../../../model/plan.ts';
import type { Step } from '../../../model/step.ts';
import { subjectOf } from '../subject.ts';
import { escapeHtml } from './escape.ts';

const BOX = { width: 152, height: 38, gapX: 26, gapY: 8 };
const LANE = { padding: 14, gap: 8 };
const LARGEST = 600;

interface Place {
  readonly x: number;
  readonly y: number;
}

interface Lane {
  readonly host: string;
  readonly top: number;
  readonly height: number;
}

/** The graph of steps: a lane for each host, left to right by how many steps have to be done before. */
export function graphHtml({ steps, hosts }: Plan): string {
  if (steps.length > LARGEST) return `<p class="lead">${steps.length} steps are too many to draw.</p>`;
  const { places, lanes } = layOut(steps, hosts);
  const width = Math.max(...[...places.values()].map((p) => p.x)) + BOX.width + LANE.padding;
  const height = Math.max(...lanes.map((l) => l.top + l.height));
  const bands = lanes.map(
    (l) => `<rect class="lane" x="0" y="${l.top}" width="${width}" height="${l.height}" rx="8"/>`,
  );
  const edges = steps.flatMap((s) => s.after.map((id) => edge(places.get(id), places.get(s.id))));
  const boxes = steps.map((s) => box(s, places.get(s.id) ?? { x: 0, y: 0 }));
  const names = lanes.map((l) => `<li style="top:${l.top}px;height:${l.height}px">${escapeHtml(l.host)}</li>`);
  return `<div class="graph"><ul class="lanes" style="height:${height}px">${names.join('')}</ul><div class="scroll" tabindex="0"><svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="graph of ${steps.length} steps"><g>${bands.join('')}${edges.join('')}</g>${boxes.join('')}</svg></div></div>`;
}

/** Within a lane a step stands below those of the same column that came before it. */
function layOut(steps: readonly Step[], hosts: readonly string[]): { places: Map<number, Place>; lanes: Lane[] } {
  const column = columns(steps);
  const used = new Map<string, number>();
  const row = new Map<number, number>();
  for (const step of steps) {
    const key = `${step.host} ${column.get(step.id)}`;
    row.set(step.id, used.get(key) ?? 0);
    used.set(key, (used.get(key) ?? 0) + 1);
  }
  const lanes: Lane[] = [];
  const places = new Map<number, Place>();
  let top = 0;
  for (const host of hosts) {
    const mine = steps.filter((s) => s.host === host);
    if (mine.length === 0) continue;
    const rows = Math.max(...mine.map((s) => row.get(s.id) ?? 0)) + 1;
    const height = rows * (BOX.height + BOX.gapY) - BOX.gapY + 2 * LANE.padding;
    lanes.push({ host, top, height });
    for (const step of mine) {
      places.set(step.id, {
        x: LANE.padding + (column.get(step.id) ?? 0) * (BOX.width + BOX.gapX),
        y: top + LANE.padding + (row.get(step.id) ?? 0) * (BOX.height + BOX.gapY),
      });
    }
    top += height + LANE.gap;
  }
  return { places, lanes };
}

/** Longest way from a step that waits for none. */
function columns(steps: readonly Step[]): Map<number, number> {
  const column = new Map<number, number>();
  for (const step of steps) column.set(step.id, Math.max(-1, ...step.after.map((id) => column.get(id) ?? 0)) + 1);
  return column;
}

function edge(from: Place | undefined, to: Place | undefined): string {
  if (from === undefined || to === undefined) return '';
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const bend = x2 - BOX.gapX / 2;
  return `<path class="edge" d="M${x1} ${y1} H${Math.max(x1, bend - 8)} C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}"/>`;
}

function box(step: Step, { x, y }: Place): string {
  const [area, verb] = step.kind.split('.', 2);
  const title = `${step.id} ${step.kind} ${subjectOf(step)} on ${step.host}: ${step.cause}`;
  const subject = clip(subjectOf(step) || step.host, 20);
  const className = `box ${area} ${verb}${step.destructive ? ' lost' : ''}`;
  return `<a href="#step-${step.id}" class="${className}"><title>${escapeHtml(title)}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/><text x="${x + 10}" y="${y + 16}">${escapeHtml(clip(step.kind, 16))}</text><text class="number" x="${x + BOX.width - 8}" y="${y + 16}">${step.id}</text><text class="small" x="${x + 10}" y="${y + 30}">${escapeHtml(subject)}</text></a>`;
}

/** Names differ at their end, so that stays. */
function clip(text: string, length: number): string {
  return text.length <= length ? text : `…${text.slice(1 - length)}`;
}
