import type { Step } from '../../model/step.ts';
import { escapeHtml } from './escape.ts';
import { subjectOf } from './subject.ts';

const BOX = { width: 190, height: 34, gapX: 46, gapY: 10 };
const LARGEST = 400;

/** The graph of steps, left to right by how many have to run before; a lane for each row of a column. */
export function graphSvg(steps: readonly Step[]): string {
  if (steps.length > LARGEST) return `<p class="none">The graph of ${steps.length} steps is too large to draw.</p>`;
  const column = columns(steps);
  const rows = new Map<number, number>();
  const place = new Map<number, { x: number; y: number }>();
  for (const step of steps) {
    const at = column.get(step.id) ?? 0;
    const row = rows.get(at) ?? 0;
    rows.set(at, row + 1);
    place.set(step.id, { x: at * (BOX.width + BOX.gapX), y: row * (BOX.height + BOX.gapY) });
  }
  const width = Math.max(...[...place.values()].map((p) => p.x)) + BOX.width;
  const height = Math.max(...[...place.values()].map((p) => p.y)) + BOX.height;
  const edges = steps.flatMap((s) => s.after.map((id) => edge(place.get(id), place.get(s.id))));
  const boxes = steps.map((s) => box(s, place.get(s.id) ?? { x: 0, y: 0 }));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 2}" height="${height + 2}" viewBox="-1 -1 ${width + 2} ${height + 2}" role="img" aria-label="graph of steps">${edges.join('')}${boxes.join('')}</svg>`;
}

/** Longest way from a step that waits for none. */
function columns(steps: readonly Step[]): Map<number, number> {
  const column = new Map<number, number>();
  for (const step of steps) column.set(step.id, Math.max(-1, ...step.after.map((id) => column.get(id) ?? 0)) + 1);
  return column;
}

function edge(from: { x: number; y: number } | undefined, to: { x: number; y: number } | undefined): string {
  if (from === undefined || to === undefined) return '';
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const middle = (x1 + x2) / 2;
  return `<path class="edge" d="M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
}

function box(step: Step, { x, y }: { x: number; y: number }): string {
  const [area] = step.kind.split('.', 1);
  const title = `${step.id} ${step.kind} on ${step.host}: ${step.cause}`;
  const name = clip(`${step.id} ${step.kind}`, 27);
  const subject = clip([subjectOf(step), step.host].filter(Boolean).join(' · '), 32);
  return `<g class="box ${area}${step.destructive ? ' lost' : ''}"><title>${escapeHtml(title)}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="5"/><text x="${x + 8}" y="${y + 14}">${escapeHtml(name)}</text><text class="small" x="${x + 8}" y="${y + 27}">${escapeHtml(subject)}</text></g>`;
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
