import type { Compiled } from '../model/compiled.ts';
import type { DesiredState, StackOptions } from '../model/desired.ts';
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import { sharingDefault } from './shared-network.ts';

type Lists =
  | 'workloads'
  | 'endpoints'
  | 'routes'
  | 'networks'
  | 'volumes'
  | 'configs'
  | 'secrets'
  | 'disruptionBudgets';

const LISTS: readonly Lists[] = [
  'workloads',
  'endpoints',
  'routes',
  'networks',
  'volumes',
  'configs',
  'secrets',
  'disruptionBudgets',
];

/**
 * One compiled stack of what several front-ends made. Options given here stand above the files' own.
 * An id that two parts define is an error at the second place.
 */
export function mergeCompiled(parts: readonly Compiled[], options: Partial<StackOptions>): Compiled {
  const diagnostics = parts.flatMap((p) => p.diagnostics);
  const payloads = new Map(parts.flatMap((p) => [...p.payloads]));
  const asked = parts.flatMap((p) => p.requests ?? []);
  const requests = asked.length > 0 ? { requests: asked } : {};
  const positions = new Map(parts.flatMap((p) => [...p.positions]));
  const states = sharingDefault(parts.flatMap((p) => (p.desired === undefined ? [] : [p.desired])));
  const [first] = states;
  if (first === undefined || states.length < parts.length) return { diagnostics, payloads, positions, ...requests };
  const clashes = LISTS.flatMap((list) => clashesIn(list, states, positions));
  const merged = Object.fromEntries(LISTS.map((list) => [list, states.flatMap((s): readonly unknown[] => s[list])]));
  const desired = { ...first, ...merged, options: { ...first.options, ...options } } as DesiredState;
  return clashes.length > 0
    ? { diagnostics: [...diagnostics, ...clashes], payloads, positions, ...requests }
    : { desired, diagnostics, payloads, positions, ...requests };
}

function clashesIn(
  list: Lists,
  states: readonly DesiredState[],
  positions: ReadonlyMap<string, Position>,
): Diagnostic[] {
  const ids = states.flatMap((s) => s[list].map((r) => r.id));
  const twice = [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
  const singular = list.replace(/ies$/, 'y').replace(/s$/, '');
  return twice.map((id) => {
    const position = positions.get(`${singular}/${id}`);
    return {
      severity: 'error',
      code: 'stack/defined-twice',
      message: `a ${singular} is defined in both kinds of files`,
      detail: id,
      ...(position === undefined ? {} : { position }),
      why: 'the names of a stack are unique, whatever kind of file they come from',
      fix: 'rename one of them',
    };
  });
}
