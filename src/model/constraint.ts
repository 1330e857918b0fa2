import type { Constraint } from './desired.ts';

const KEY = /^[a-z_][a-z0-9\-_.]+$/i;
const VALUE = /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i;

/**
 * Reads a Swarm placement expression such as `node.labels.disk == ssd`.
 *
 * @returns undefined when it is no constraint
 * @see swarmkit manager/constraint, Parse
 */
export function parseConstraint(expression: string): Constraint | undefined {
  const operator = expression.includes('==') ? '==' : '!=';
  const at = expression.indexOf(operator);
  if (at < 0) return undefined;
  const key = expression.slice(0, at).trim();
  const value = expression.slice(at + operator.length).trim();
  return KEY.test(key) && VALUE.test(value) ? { key, operator, value } : undefined;
}

export function constraintText({ key, operator, value }: Constraint): string {
  return `${key} ${operator} ${value}`;
}
