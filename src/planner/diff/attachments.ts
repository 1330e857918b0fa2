import { canonicalJson } from '../../model/canonical.ts';
import type { Attribution, Difference } from '../../model/change.ts';
import type { ContainerSpec, SpecAttachment, SpecNetwork } from '../../model/spec.ts';

type Attachments = readonly SpecAttachment[];

/**
 * What differs between the networks of two containers, network by network.
 *
 * A running container can join and leave any but its first network, which has its published ports and its place in the
 * engine's memory. Other names or addresses on a network it stays on would cut its connections, so that is for a new one.
 */
export function diffAttachments(from: Attachments, to: Attachments, attribution: Attribution): Difference[] {
  const names = [...new Set([...from, ...to].map((a) => a.network))].sort();
  const differences = names.flatMap((name): Difference[] => {
    const before = from.find((a) => a.network === name);
    const after = to.find((a) => a.network === name);
    if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
    const isFirst = name === from[0]?.network || name === to[0]?.network;
    const isOneSided = before === undefined || after === undefined;
    const forcesReplace = isFirst || !isOneSided || after?.macAddress !== undefined;
    const sides = { ...(before && { from: withoutName(before) }), ...(after && { to: withoutName(after) }) };
    return [{ path: `network.${name}`, ...sides, attribution, forcesReplace }];
  });
  const order = (of: Attachments, other: Attachments) =>
    of.map((a) => a.network).filter((name) => other.some((a) => a.network === name));
  const sides = { from: order(from, to), to: order(to, from) };
  const isSameOrder = sides.from.join('\n') === sides.to.join('\n');
  return isSameOrder
    ? differences
    : [...differences, { path: 'network.order', ...sides, attribution, forcesReplace: true }];
}

function withoutName({ network: _network, ...rest }: SpecAttachment): Omit<SpecAttachment, 'network'> {
  return rest;
}

/** True for the list of networks of a container that has any. */
export function isAttachments(value: unknown): value is Attachments {
  return Array.isArray(value) && value.every((a) => typeof a === 'object' && a !== null && 'network' in a);
}

/** Networks to join and to leave, when a running container gets from one to the other. */
export function attachmentChanges(
  from: ContainerSpec['network'] | undefined,
  to: SpecNetwork,
): { readonly join: Attachments; readonly leave: readonly string[] } {
  if (from?.mode !== 'networks' || to.mode !== 'networks') return { join: [], leave: [] };
  const has = (list: Attachments, name: string) => list.some((a) => a.network === name);
  return {
    join: to.attachments.filter((a) => !has(from.attachments, a.network)),
    leave: from.attachments.map((a) => a.network).filter((name) => !has(to.attachments, name)),
  };
}
