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
