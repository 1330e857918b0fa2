import { canonicalJson } from '../../model/canonical.ts';
import type { Attribution, Difference } from '../../model/change.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { diffAttachments, isAttachments } from './attachments.ts';

/** Attributes that `docker update` changes in a running container. */
const IN_PLACE = new Set(['resources', 'restart']);
/** Resources that it takes and leaves as they are. */
const FIXED = /^resources\.(memorySwappiness|blkio(?!\.weight$))/;

/** The engine cannot take a limit away again, so that needs a new container. */
function inPlace(path: readonly string[], to: unknown): boolean {
  return IN_PLACE.has(path[0] ?? '') && to !== undefined && !FIXED.test(path.join('.'));
}

/**
 * What differs between two specifications, attribute by attribute, paths sorted.
 * The container's name is no attribute: it follows from the rest.
 */
export function diffSpecs(from: ContainerSpec, to: ContainerSpec, attribution: Attribution): Difference[] {
  const differences: Difference[] = [];
  const { name: _from, ...before } = from;
  const { name: _to, ...after } = to;
  walk(before, after, [], (path, a, b) => {
    if (path.join('.') === 'network.attachments' && isAttachments(a) && isAttachments(b)) {
      differences.push(...diffAttachments(a, b, attribution));
      return;
    }
    if (path[0] === 'imageDigest' && (b === undefined || a === undefined)) return;
    const moved = path[0] === 'imageDigest' && from.image === to.image;
    differences.push({
      path: path.join('.'),
      ...(a === undefined ? {} : { from: a }),
      ...(b === undefined ? {} : { to: b }),
      attribution: moved ? 'tag moved' : attribution,
      forcesReplace: !inPlace(path, b),
    });
  });
  return differences.filter((d) => d.path !== 'imageDigest' || from.image === to.image);
}

/** What differs between two plain objects, attribute by attribute; each difference needs a new object. */
export function diffAttributes(from: object, to: object, attribution: Attribution): Difference[] {
  const differences: Difference[] = [];
  walk(from, to, [], (path, a, b) => {
    const sides = { ...(a === undefined ? {} : { from: a }), ...(b === undefined ? {} : { to: b }) };
    differences.push({ path: path.join('.'), ...sides, attribution, forcesReplace: true });
  });
  return differences;
}

/** Calls `found` for every leaf that differs; lists and unequal kinds are leaves. */
function walk(
  from: unknown,
  to: unknown,
  path: readonly string[],
  found: (path: readonly string[], from: unknown, to: unknown) => void,
): void {
  if (isMap(from) && isMap(to) && !isValue(from) && !isValue(to)) {
    for (const key of [...new Set([...Object.keys(from), ...Object.keys(to)])].sort()) {
      walk(from[key], to[key], [...path, key], found);
    }
    return;
  }
  if (canonicalJson(from) !== canonicalJson(to)) found(path, from, to);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `{value}` and `{digest}` are one environment value, not a map. */
function isValue(value: Record<string, unknown>): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'value' || keys[0] === 'digest');
}
