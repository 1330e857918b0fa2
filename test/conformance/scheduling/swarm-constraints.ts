import { parseConstraint } from '../../../src/model/constraint.ts';
import { matchesConstraint, matchesValue } from '../../../src/planner/placement/constraints.ts';
import type { Kind } from './case.ts';
import { constraintsOf, hostOf } from './swarm.ts';

export const kinds: Record<string, Kind> = {
  parse: ({ constraints }) => {
    const parsed = constraints.map(parseConstraint);
    if (parsed.includes(undefined)) return { ok: false };
    return {
      ok: true,
      parsed: constraintsOf(constraints).map(({ key, operator, value }) => ({ key, op: operator, value })),
    };
  },
  match: ({ op, value, candidates }) => ({ match: matchesValue({ operator: op, value }, candidates) }),
  node: ({ constraints, node }) => ({
    match: constraintsOf(constraints).every((constraint) => matchesConstraint(constraint, hostOf(node))),
  }),
};
