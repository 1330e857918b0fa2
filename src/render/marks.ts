import type { HostMarks } from '../model/notes.ts';

/** `web-1 is cordoned: nothing new starts there. By ann@laptop: new disks` */
export function markText(host: string, { drained, by, reason }: HostMarks): string {
  const what = drained
    ? 'is drained: only what can run nowhere else stays there.'
    : 'is cordoned: nothing new starts there.';
  const who = by === undefined ? reason : `By ${by}${reason === undefined ? '.' : `: ${reason}`}`;
  return `${host} ${what}${who === undefined ? '' : ` ${who}`}\n`;
}

/** What a change of the marks means. */
export function renderMarks(host: string, before: HostMarks, after: HostMarks): string {
  if (after.drained || after.cordoned) return markText(host, after);
  if (!before.cordoned && !before.drained) return `${host} was not cordoned.\n`;
  return `${host} is no longer ${before.drained ? 'drained' : 'cordoned'}; new replicas may start there.\n`;
}
