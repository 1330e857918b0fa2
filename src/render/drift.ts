import { relative } from 'node:path';
import type { Change, Difference } from '../model/change.ts';
import { differenceRows } from './plan/text-rows.ts';
import type { Terminal } from './terminal.ts';

interface DriftLike {
  readonly stack: string;
  readonly revision: number;
  readonly drift: readonly { readonly change: Change; readonly differences: readonly Difference[] }[];
}

/** What changed on the hosts since the last apply, as applied → as it is, and what can be done about each object. */
export function driftText({ stack, revision, drift }: DriftLike, terminal: Terminal): string {
  const { style } = terminal;
  if (drift.length === 0) return `Stack ${stack} is as revision ${revision} left it.\n`;
  const blocks = drift.map(({ change, differences }) => {
    const seen = differences.map((d) => turned(d));
    const head = `${style.bold(nameOf(change))}  ${summaryOf(change)}`;
    const choices = choicesFor(change, differences).map(([name, text]) => `  ${style.dim(name.padEnd(6))}  ${text}`);
    return [head, ...differenceRows(seen, terminal), ...choices].join('\n');
  });
  const count = drift.length === 1 ? '1 object' : `${drift.length} objects`;
  return `${blocks.join('\n\n')}\n\nChanged since revision ${revision}: ${count}. All of it back: stowage apply --refresh\n`;
}

/** From the applied value to the one found, without the words that only a plan needs. */
function turned({ path, from, to }: Difference): Difference {
  return { path, from: to, to: from, attribution: 'your change', forcesReplace: false };
}

/** Revert is a plan like any other, adopting writes the file, ignoring is a rule that stays. */
function choicesFor(change: Change, differences: readonly Difference[]): (readonly [string, string])[] {
  const subject = change.workload ?? change.resource;
  const paths = [...new Set(differences.map((d) => d.path))];
  const rules = paths.length === 0 ? [change.action] : paths;
  const target = change.workload === undefined ? '' : ` --target ${subject}`;
  const isThere = change.action === 'update' || change.action === 'replace';
  return [
    ['revert', `stowage apply --refresh${target}`],
    ...(isThere && paths[0] !== 'state' ? [['adopt', `stowage drift ${subject} --write`] as const] : []),
    ['ignore', `${rules.map((rule) => `"${subject}.${rule}"`).join(', ')} under drift.ignore in stowage.yaml`],
  ];
}

/** Which keys of which files were written. */
export function writtenText(written: readonly { file: string; path: string }[], cwd: string): string {
  if (written.length === 0) return 'Nothing was changed on the hosts; nothing was written.\n';
  return written.map(({ file, path }) => `${relative(cwd, file) || file}: ${path}\n`).join('');
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
