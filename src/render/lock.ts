import type { Holder } from '../model/revision.ts';

interface LockLine {
  readonly host: string;
  readonly holder?: Holder;
  readonly sinceMs?: number;
  readonly isForeign: boolean;
}

/** Who holds a stack's lock, a line for each host that carries it. */
export function renderLock(stack: string, lines: readonly LockLine[]): string {
  if (lines.length === 0) return `Nobody holds the lock of stack ${stack}.\n`;
  return lines
    .map(({ host, holder, sinceMs, isForeign }) => {
      if (isForeign) return `${host}  its name is taken by a container that is not ours\n`;
      if (holder === undefined) return `${host}  held, by whom cannot be read\n`;
      const since = sinceMs === undefined ? '' : ` since ${new Date(sinceMs).toISOString()}`;
      return `${host}  held by ${holder.user} on ${holder.host}${holder.ciUrl ? ` (${holder.ciUrl})` : ''}${since}\n`;
    })
    .join('');
}
