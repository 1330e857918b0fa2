import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCompose } from '../../src/compiler/compose/index.ts';
import { canonicalJson } from '../../src/model/canonical.ts';
import type { LiveState } from '../../src/model/live.ts';
import { plan } from '../../src/planner/plan.ts';
import { everything, generated } from '../lab/convergence/project.ts';
import { hosts } from './build.ts';
import { simulate } from './simulate.ts';

const SEED = 20_241;

function planOf(text: string, live: LiveState) {
  const { desired, diagnostics } = compileCompose({
    files: ['compose.yaml'],
    workingDir: '/p',
    environment: { S1: 'hush' },
    reader: {
      readText: (path) => (path === '/p/compose.yaml' ? text : undefined),
      readBytes: (path) => (path === '/p/compose.yaml' ? new TextEncoder().encode(text) : undefined),
      isDirectory: () => false,
      list: () => [],
    },
  });
  if (desired === undefined) throw new Error(JSON.stringify(diagnostics));
  const result = plan(desired, live, { toolVersion: '0', images: {} });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.plan;
}

/** The same document with the keys of all its maps in an order that the choices decide; lists keep theirs. */
function shuffled(value: unknown, choose: (below: number) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, choose));
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  const mixed: [string, unknown][] = [];
  while (keys.length > 0) {
    const [key = ''] = keys.splice(choose(keys.length), 1);
    mixed.push([key, shuffled((value as Record<string, unknown>)[key], choose)]);
  }
  return Object.fromEntries(mixed);
}

function chooser(seed: number): (below: number) => number {
  const numbers = fc.sample(fc.nat(), { seed, numRuns: 2000 });
  let next = 0;
  return (below) => (numbers[next++ % numbers.length] ?? 0) % below;
}

describe('from the file to the saved plan', () => {
  it('the order of keys and hosts makes no difference to a byte', () => {
    const text = everything();
    const [a, b] = [hosts('a', 'b', 'c'), hosts('c', 'a', 'b')];
    const expected = canonicalJson(planOf(text, a));
    const applied = (live: LiveState) => simulate(live, planOf(text, live).steps, 'p');
    const expectedAgain = canonicalJson(planOf(text, applied(a)));
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const mixed = JSON.stringify(shuffled(JSON.parse(text), chooser(seed)));
        expect(canonicalJson(planOf(mixed, b))).toBe(expected);
        const live = applied(b);
        expect(canonicalJson(planOf(mixed, { ...live, hosts: [...live.hosts].reverse() }))).toBe(expectedAgain);
      }),
      { seed: SEED, numRuns: 12 },
    );
  });

  it.each(generated(SEED, 30))('a generated project has nothing left to do: %#', (text) => {
    const live = hosts('a', 'b');
    const first = planOf(text, live);
    expect(planOf(text, simulate(live, first.steps, 'p')).steps).toEqual([]);
  });
});
