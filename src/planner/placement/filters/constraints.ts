import { constraintText } from '../../../model/constraint.ts';
import type { Constraint } from '../../../model/desired.ts';
import type { SchedulingHost } from '../../../model/placement.ts';
import { labelValue, matchesConstraint } from '../constraints.ts';
import { countReason, type Filter } from './filter.ts';

/** Swarm placement constraints; all must hold. */
export const constraints: Filter = {
  name: 'constraints',
  dynamic: false,
  applies: (cls) => cls.demand.rules.constraints.length > 0,
  check: ({ cls }, { host }) => {
    const failed = cls.demand.rules.constraints.find((constraint) => !matchesConstraint(constraint, host));
    return failed && { filter: 'constraints', reason: reasonOf(failed), detail: detailOf(failed, host) };
  },
  explain: countReason,
};

function reasonOf(constraint: Constraint): string {
  const label = /^node\.labels\.(.+)$/i.exec(constraint.key)?.[1];
  if (!label) return `not matching ${constraintText(constraint)}`;
  return constraint.operator === '=='
    ? `without label ${label}=${constraint.value}`
    : `with label ${label}=${constraint.value}`;
}

function detailOf({ key }: Constraint, host: SchedulingHost): string {
  const value = labelValue(key, host);
  if (value !== undefined) return value === '' ? `${key} is not set` : `${key} is ${value}`;
  return `this is ${host.hostname}, a ${host.role} on ${host.platform.os}/${host.platform.architecture}`;
}
