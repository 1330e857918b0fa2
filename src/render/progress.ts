import type { RunEvent } from '../model/events.ts';
import type { Step } from '../model/step.ts';
import { ciSystem, fold, isCi } from './ci.ts';
import { eventLine } from './progress-text.ts';
import type { Progress } from './run-view.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressOptions {
  readonly steps: readonly Step[];
  /** Of the stream below. */
  readonly terminal: Terminal;
  /** Default stderr, so that stdout stays the result's. */
  readonly stream?: NodeJS.WriteStream;
  readonly env?: NodeJS.ProcessEnv;
}

/** A live view on a terminal, lines elsewhere (pipes, CI, TERM=dumb). */
export async function createProgress(options: ProgressOptions): Promise<Progress> {
  const { stream = process.stderr, env = process.env } = options;
  if (options.terminal.isTerminal && !isCi(env) && env.TERM !== 'dumb') {
    const { createProgressView } = await import('./progress-view.ts');
    return createProgressView(options.steps, options.terminal, stream);
  }
  const nowMs = Date.now();
  const part = fold(ciSystem(env), `stowage_${nowMs}`, `${options.steps.length} steps`, nowMs);
  if (part.open !== '') stream.write(part.open);
  const lines = createProgressLines(options.steps.length, options.terminal, (text) => stream.write(text));
  return {
    ...lines,
    finish: async () => {
      await lines.finish();
      stream.write(part.close(Date.now()));
    },
  };
}

const SAYS_EVERY_MS = 5000;

/** One line per event that matters, each complete in itself; what takes long says every few seconds how far it is. */
export function createProgressLines(total: number, { style }: Terminal, write: (text: string) => void): Progress {
  let ended = 0;
  const saidAtMs = new Map<number, number>();
  const isDue = (event: RunEvent): boolean => {
    if (event.type === 'step.started') saidAtMs.set(event.step.id, event.atMs);
    if (event.type !== 'step.progress') return true;
    if (event.atMs - (saidAtMs.get(event.step.id) ?? event.atMs) < SAYS_EVERY_MS) return false;
    saidAtMs.set(event.step.id, event.atMs);
    return true;
  };
  const listener = (event: RunEvent) => {
    if (event.type === 'step.done' || event.type === 'step.failed' || event.type === 'step.skipped') ended += 1;
    const width = String(total).length;
    if (!isDue(event)) return;
    const line = eventLine(event, `[${String(ended).padStart(width)}/${total}]`, style);
    if (line !== undefined) write(`${line}\n`);
  };
  return { listener, note: write, finish: async () => {} };
}
