import { expect, test } from 'vitest';
import { OutcomeAhead } from '../../src/app/outcome-ahead.ts';
import type { RunEvent, RunOutcome } from '../../src/model/events.ts';
import type { Step } from '../../src/model/step.ts';

const replica = { workload: 'web', ordinal: 1, container: 'web', role: 'main', pod: 'a1b2c3d4' } as const;
const common = { host: 'host1', cause: 'new', container: 'web-1', replica };
const start: Step = { ...common, kind: 'container.start', id: 1, after: [] };
const watch: Step = {
  ...common,
  kind: 'health.wait',
  id: 2,
  after: [1],
  until: { type: 'running', stableSeconds: 0.1, checkedStableSeconds: 0, isLate: true },
  timeoutSeconds: 60,
};
const done = (step: Step): RunEvent => ({ type: 'step.done', step, durationMs: 1, atMs: 0 });
const DONE: RunOutcome = { status: 'done', done: [1, 2], failed: [], notStarted: [], diagnostics: [] };
const FAILED: RunOutcome = { ...DONE, status: 'failed', done: [1], failed: [2] };

function begun(fails = false) {
  const written: string[] = [];
  const ahead = new OutcomeAhead([start, watch], async ({ status, done: ids }) => {
    written.push(`${status} ${ids}`);
    if (fails) throw new Error('host away');
  });
  return { ahead, written };
}

test('the end of a run is written while its last steps only watch', async () => {
  const { ahead, written } = begun();
  expect(written).toEqual([]);
  ahead.note(done(start));
  expect(written).toEqual(['done 1,2']);
  ahead.note(done(watch));
  expect(await ahead.settle(DONE)).toBe(true);
  expect(written).toEqual(['done 1,2']);
});

test('a run that did not end so goes on, as far as anybody can read, until its own end is written', async () => {
  const { ahead, written } = begun();
  ahead.note(done(start));
  expect(await ahead.settle(FAILED)).toBe(false);
  expect(written).toEqual(['done 1,2', 'interrupted 1']);
});

test('an end that could not be written is written again by who settles it', async () => {
  const { ahead } = begun(true);
  ahead.note(done(start));
  expect(await ahead.settle(DONE)).toBe(false);
});

test('of a run whose steps were not all done nothing is written ahead', async () => {
  const { ahead, written } = begun();
  ahead.note(done(watch));
  expect(await ahead.settle(FAILED)).toBe(false);
  expect(written).toEqual([]);
});
