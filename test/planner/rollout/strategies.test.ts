import { describe, expect, it } from 'vitest';
import type { RolloutPolicy } from '../../../src/model/desired.ts';
import type { LiveState } from '../../../src/model/live.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { Step } from '../../../src/model/step.ts';
import { simulate } from '../simulate.ts';
import { applied, kinds, planned, runToPause, web } from './rollouts.ts';

const POLICIES: Record<string, { rollout: Partial<RolloutPolicy>; floor: number }> = {
  'rolling, one at a time': { rollout: {}, floor: 3 },
  'rolling, two at a time': { rollout: { parallelism: 2 }, floor: 3 },
  'rolling, all at once': { rollout: { parallelism: 0 }, floor: 3 },
  'rolling, stop-first': { rollout: { order: 'stop-first' }, floor: 2 },
  'rolling, stop-first, two at a time': { rollout: { order: 'stop-first', parallelism: 2 }, floor: 1 },
  'rolling, surge and unavailable': { rollout: { maxSurge: 1, maxUnavailable: 1 }, floor: 2 },
  'rolling, only unavailable': { rollout: { maxSurge: 0, maxUnavailable: '70%' }, floor: 1 },
  recreate: { rollout: { strategy: 'recreate' }, floor: 0 },
  'blue-green': { rollout: { strategy: 'blue-green', keepOldSeconds: 30 }, floor: 3 },
  'canary by weight': {
    rollout: { strategy: 'canary', canary: [{ weightPercent: 10 }, { pauseSeconds: 5 }] },
    floor: 3,
  },
  'canary by replicas': { rollout: { strategy: 'canary', canary: [{ replicas: 1 }, { replicas: 2 }] }, floor: 3 },
};

const HOSTS: Record<string, readonly string[]> = { 'one host': ['a'], 'three hosts': ['a', 'b', 'c'] };
const CASES = Object.entries(POLICIES).flatMap(([policy, { rollout, floor }]) =>
  Object.entries(HOSTS).map(([place, names]) => ({ name: `${policy} on ${place}`, rollout, floor, names })),
);

function release(rollout: Partial<RolloutPolicy>, names: readonly string[]): { live: LiveState; next: Plan } {
  const live = applied(web({ rollout }), ...names);
  return { live, next: planned(web({ rollout, image: 'web:2' }), live) };
}

describe('a new image', () => {
  it.each(CASES)('$name: ends as the files say', ({ rollout, names }) => {
    const { live, next } = release(rollout, names);
    const after = simulate(live, next.steps);
    expect(planned(web({ rollout, image: 'web:2' }), after).steps).toEqual([]);
    const images = after.hosts.flatMap((h) => h.containers.filter((c) => c.name !== 'stowage-gateway'));
    expect(images.map((c) => c.image)).toEqual(['web:2', 'web:2', 'web:2']);
  });

  it.each(CASES)('$name: at least $floor of 3 stay ready', ({ rollout, names, floor }) => {
    const { next } = release(rollout, names);
    expect(next.guarantees.find((g) => g.type === 'min-ready')?.value).toBe(floor);
  });

  it.each(CASES)('$name: no order of the steps leaves fewer ready than promised', ({ rollout, names, floor }) => {
    const { next } = release(rollout, names);
    const seen = Array.from({ length: 60 }, (_, seed) => fewestReady(next.steps, 3, seed));
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(floor);
    if (names.length === 1) expect(Math.min(...seen)).toBe(floor);
  });

  it.each(CASES)('$name: a replica is out of the gateway before it stops, and in it before another goes', (one) => {
    const { next } = release(one.rollout, one.names);
    const byId = new Map(next.steps.map((s) => [s.id, s]));
    for (const stop of next.steps.filter((s) => s.kind === 'container.stop')) {
      const before = ancestors(stop, byId);
      const drained = before.flatMap((s) => (s.kind === 'gateway.drain' ? s.servers.map((x) => x.container) : []));
      expect(drained).toContain((stop as Step<'container.stop'>).container);
    }
  });
});

describe('the shape of each strategy', () => {
  it('recreate stops everything before it starts anything', () => {
    const { next } = release({ strategy: 'recreate' }, ['a']);
    const order = kinds(next).filter((k) => k === 'container.stop' || k === 'container.start');
    expect(order).toEqual([...Array(3).fill('container.stop'), ...Array(3).fill('container.start')]);
  });

  it('blue-green switches each host in one step, after every new replica is ready everywhere', () => {
    const { next } = release({ strategy: 'blue-green' }, ['a', 'b', 'c']);
    const switches = next.steps.filter((s) => s.kind === 'gateway.switch');
    const waits = next.steps.filter((s) => s.kind === 'health.wait').map((s) => s.id);
    expect(switches).toHaveLength(3);
    for (const s of switches) {
      expect(ancestors(s, new Map(next.steps.map((x) => [x.id, x]))).map((x) => x.id)).toEqual(
        expect.arrayContaining(waits),
      );
      expect(s.kind === 'gateway.switch' && s.servers.map((x) => x.weight).sort()).toEqual([0, 100]);
    }
  });

  it('a canary by weight has a new replica on every host that serves, and no more than it needs', () => {
    const { live, next } = release(
      { strategy: 'canary', canary: [{ weightPercent: 10 }, { pause: 'until-promoted' }] },
      ['a', 'b'],
    );
    const paused = runToPause(live, next.steps);
    const fresh = paused.hosts.map(
      (h) => h.containers.filter((c) => c.image === 'web:2' && c.state === 'running').length,
    );
    expect(fresh).toEqual([1, 1]);
  });
});

/** Runs the steps in a random order that they allow, and counts who serves: from entering the gateway to leaving it. */
function fewestReady(steps: readonly Step[], running: number, seed: number): number {
  const random = generator(seed);
  const done = new Set<number>();
  let open = [...steps];
  let ready = running;
  let fewest = running;
  const gone = new Set<string>();
  const come = new Set<string>();
  while (open.length > 0) {
    const possible = open.filter((s) => s.after.every((id) => done.has(id)));
    const greedy = possible.filter((s) => s.kind === 'gateway.drain' || s.kind === 'container.stop');
    const choice = greedy.length > 0 && random() < 0.8 ? greedy : possible;
    const step = choice[Math.floor(random() * choice.length)] as Step;
    done.add(step.id);
    open = open.filter((s) => s !== step);
    if (step.kind === 'health.wait') come.add(`${step.replica.ordinal} ${step.replica.pod}`);
    if (step.kind === 'gateway.drain') for (const s of step.servers) gone.add(s.container);
    if (step.kind === 'container.stop') gone.add(step.container);
    ready = running + come.size - gone.size;
    fewest = Math.min(fewest, ready);
  }
  return fewest;
}

function generator(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function ancestors(step: Step, byId: ReadonlyMap<number, Step>): Step[] {
  const found = new Map<number, Step>();
  const todo = [...step.after];
  while (todo.length > 0) {
    const id = todo.pop() as number;
    const before = byId.get(id);
    if (before === undefined || found.has(id)) continue;
    found.set(id, before);
    todo.push(...before.after);
  }
  return [...found.values()];
}
