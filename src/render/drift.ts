import type { Change, Difference } from '../model/change.ts';
import { differenceLines } from './plan/values.ts';
import type { Terminal } from './terminal.ts';

interface DriftLike {
  readonly stack: string;
  readonly revision: number;
  readonly drift: readonly { readonly change: Change; readonly differences: readonly Difference[] }[];
}

/** What changed on the hosts since the last apply: as applied on the left, as it is on the right. */
export function renderDrift({ stack, revision, drift }: DriftLike, { style }: Terminal): string {
  if (drift.length === 0) return `Stack ${stack} is as revision ${revision} left it.\n`;
  const lines = drift.flatMap(({ change, differences }) => [
    `${style.bold(nameOf(change))}  ${summaryOf(change)}`,
    ...differences.flatMap((d) =>
      differenceLines({ from: d.to, to: d.from }).map(
        ({ sign, text }) => `    ${d.path}  ${sign === ' ' ? '' : `${sign} `}${text}`,
      ),
    ),
  ]);
  const choices = [
    '',
    `Changed since revision ${revision}: ${drift.length === 1 ? '1 object' : `${drift.length} objects`}.`,
    '  revert  stowage apply --refresh',
    '  adopt   stowage drift --write   puts it into the compose file',
    '  ignore  drift.ignore in stowage.yaml, e.g. "web.resources.*"',
  ];
  return `${[...lines, ...choices].join('\n')}\n`;
}

function nameOf({ resource, host }: Change): string {
  return host === undefined ? resource : `${resource} on ${host}`;
}

function summaryOf(change: Change): string {
  switch (change.action) {
    case 'create':
      return 'is gone';
    case 'delete':
      return 'was not there';
    case 'move':
      return 'is on another host';
    default:
      return change.differences[0]?.path === 'state' ? 'is stopped' : 'was changed';
  }
}
