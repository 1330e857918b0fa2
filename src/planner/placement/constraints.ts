import type { Constraint } from '../../model/desired.ts';
import { isWithinBlock } from '../../model/ip.ts';
import type { SchedulingHost } from '../../model/placement.ts';

const NODE_LABEL = 'node.labels.';
const ENGINE_LABEL = 'engine.labels.';

/** Values compare without case and literally; `!=` is the opposite of `==`. */
export function matchesValue(
  { operator, value }: Pick<Constraint, 'operator' | 'value'>,
  found: readonly string[],
): boolean {
  const same = found.some((text) => text.toLowerCase() === value.toLowerCase());
  return operator === '==' ? same : !same;
}

/**
 * Label keys are case-sensitive and a missing label equals the empty text. A key that Swarm does not know fails
 * with both operators, and so does a malformed address.
 *
 * @see swarmkit manager/constraint, NodeMatches
 */
export function matchesConstraint(constraint: Constraint, host: SchedulingHost): boolean {
  if (constraint.key.toLowerCase() === 'node.ip') {
    const inside = isWithinBlock(constraint.value, host.address ?? '');
    return inside !== undefined && inside === (constraint.operator === '==');
  }
  const found = attribute(constraint.key, host);
  return found !== undefined && matchesValue(constraint, [found]);
}

function attribute(key: string, host: SchedulingHost): string | undefined {
  switch (key.toLowerCase()) {
    case 'node.id':
      return host.engineId;
    case 'node.hostname':
      return host.hostname;
    case 'node.role':
      return host.role;
    case 'node.platform.os':
      return host.platform.os;
    case 'node.platform.arch':
      return host.platform.architecture;
    default:
      return labelValue(key, host);
  }
}

/** The value of `node.labels.x` or `engine.labels.x`, empty when the host has no such label; undefined for other keys. */
export function labelValue(key: string, host: Pick<SchedulingHost, 'labels' | 'engineLabels'>): string | undefined {
  const folded = key.toLowerCase();
  const prefix = [NODE_LABEL, ENGINE_LABEL].find((text) => key.length > text.length && folded.startsWith(text));
  if (!prefix) return undefined;
  const labels = prefix === NODE_LABEL ? host.labels : host.engineLabels;
  return labels[key.slice(prefix.length)] ?? '';
}
