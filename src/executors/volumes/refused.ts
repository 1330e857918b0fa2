import { stepFailure } from '../docker/steps/failure.ts';

/** What a host said when a volume could not be filled. */
export function refused(volume: string, host: string, words: string) {
  const isFull = /no space left on device|Wrote only \d+ of \d+ bytes/i.test(words);
  return stepFailure(
    isFull ? 'host/disk-full' : 'volume/refused',
    isFull ? 'disk of the host is full' : 'content of a volume was refused',
    { detail: volume, where: `host ${host}`, why: words },
  );
}
