import type { Difference } from '../../model/change.ts';
import type { LiveContainer } from '../../model/live.ts';

const PATH = 'names';

/** A container that was never given the names it shares, or lost them to a stop that did not come. */
export function missingNames(live: LiveContainer): Difference[] {
  if (!live.unnamed || live.state !== 'running') return [];
  return [{ path: PATH, from: 'held back', to: 'given', attribution: 'new', forcesReplace: false }];
}

/** True for a difference that giving names settles. */
export function isOfNames({ path }: Difference): boolean {
  return path === PATH || path.endsWith(`.${PATH}`);
}
