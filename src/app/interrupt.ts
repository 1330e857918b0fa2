/** What Ctrl-C asks for: the first lets running steps finish, the second stops now. */
export interface Interrupt {
  readonly graceful: AbortSignal;
  readonly now: AbortSignal;
  /** Takes the handlers away again. */
  dispose(): void;
}

/** Listens for SIGINT and SIGTERM until disposed. */
export function onInterrupt(notice: (text: string) => void): Interrupt {
  const graceful = new AbortController();
  const now = new AbortController();
  const handle = () => {
    if (graceful.signal.aborted) {
      notice('stopping now\n');
      now.abort();
      return;
    }
    notice('stopping after the running steps; once more stops now\n');
    graceful.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    graceful: graceful.signal,
    now: now.signal,
    dispose: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}

const GRACE_MS = 5000;

/**
 * Waits for what ends a run (its outcome written, its lock given back), but not for hosts that are away once it was
 * told to stop now: then a few seconds have to do.
 *
 * @throws when the time is over; what the work then still does goes on until the connections are closed
 */
export async function unlessStopped<T>(work: Promise<T>, now: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let begin: () => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    begin = () => {
      timer = setTimeout(() => reject(new Error(`not done ${GRACE_MS / 1000} s after the second Ctrl-C`)), GRACE_MS);
    };
  });
  if (now.aborted) begin();
  else now.addEventListener('abort', begin, { once: true });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    now.removeEventListener('abort', begin);
  }
}
