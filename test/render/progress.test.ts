import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/model/events.ts';
import type { Step } from '../../src/model/step.ts';
import { createProgressLines } from '../../src/render/progress.ts';
import { progressState, track } from '../../src/render/progress-state.ts';
import { progressView } from '../../src/render/progress-text.ts';
import { PLAIN } from '../../src/render/terminal.ts';

const common = { cause: 'new', after: [] };
const pull: Step = { ...common, id: 1, kind: 'image.pull', host: 'web-1', image: 'web:2' };
const start = (id: number, workload: string): Step => ({
  ...common,
  id,
  kind: 'container.start',
  host: 'web-1',
  workload,
  replica: { workload, ordinal: id, container: workload, role: 'main', pod: '0a1b2c3d' },
  container: `shop-${workload}-${id}`,
});
const STEPS = [pull, start(2, 'web'), start(3, 'web'), start(4, 'api')];
const diagnostic = { severity: 'error', code: 'step/failed', message: 'container exited with code 1' } as const;

const EVENTS: readonly RunEvent[] = [
  { type: 'run.started', steps: 4, atMs: 1000 },
  { type: 'step.started', step: pull, atMs: 1000 },
  { type: 'step.progress', step: pull, text: '45 %', atMs: 1100 },
  { type: 'step.done', step: pull, durationMs: 1500, atMs: 2500 },
  { type: 'step.started', step: start(2, 'web'), atMs: 2500 },
  { type: 'step.started', step: start(4, 'api'), atMs: 2500 },
  { type: 'step.retry', step: start(2, 'web'), reason: 'connection lost', attempt: 2, atMs: 2600 },
  { type: 'step.failed', step: start(4, 'api'), diagnostic, durationMs: 100, atMs: 2600 },
  { type: 'step.done', step: start(2, 'web'), durationMs: 250, atMs: 2750 },
  { type: 'step.skipped', step: start(3, 'web'), reason: 'a step before it failed', atMs: 2750 },
];

function view(events: number, size = { columns: 80, lines: 24 }, finished = false): string {
  const state = progressState(STEPS);
  for (const event of EVENTS.slice(0, events)) track(state, event);
  state.finished = finished;
  return progressView(state, size, 3000, PLAIN);
}

describe('the view', () => {
  it('has a row for each workload and for the preparations of a host', () => {
    expect(view(0)).toBe('· host web-1  0/1\n· web         0/2\n· api         0/1\n0/4 steps done');
  });

  it('shows what is at work, with what it last said', () => {
    expect(view(3)).toMatch(/^. host web-1 {2}0\/1 {2}web-1 image.pull web:2 45 %\n/);
  });

  it('puts what failed first, then what is at work', () => {
    expect(
      view(8)
        .split('\n')
        .map((line) => line.slice(0, 15).trimEnd()),
    ).toEqual(['✖ api         0', expect.stringMatching(/^. web {9}0$/), '✔ host web-1  1', '1/4 steps done,']);
  });

  it('never is wider or longer than the terminal', () => {
    const lines = view(8, { columns: 40, lines: 5 }).split('\n');
    expect(lines.length).toBeLessThanOrEqual(4);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40);
  });

  it('ends with the failed rows and the counts', () => {
    expect(view(10, { columns: 80, lines: 4 }, true)).toBe(
      '✖ api  0/1  web-1 container.start api.4: container exited with code 1\n2/4 steps done, 1 failed, 1 not run  2 s',
    );
  });
});

describe('without a terminal', () => {
  it('is a line per event that matters', () => {
    let text = '';
    const terminal = { isTerminal: false, width: Number.POSITIVE_INFINITY, style: PLAIN };
    const { listener } = createProgressLines(STEPS.length, terminal, (line) => {
      text += line;
    });
    for (const event of EVENTS) listener(event);
    expect(text).toBe(`[0/4] start  web-1  image.pull web:2
[1/4] done   web-1  image.pull web:2  1.5 s
[1/4] again  web-1  container.start web.2: connection lost (attempt 2)
[2/4] failed web-1  container.start api.4: container exited with code 1
[3/4] done   web-1  container.start web.2  250 ms
[4/4] skip   web-1  container.start web.3: a step before it failed
`);
  });
});
