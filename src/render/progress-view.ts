import { DefaultRenderer, Listr, ListrLogger, type ListrRendererFactory, ProcessOutput } from 'listr2';
import type { RunEvent } from '../model/events.ts';
import type { Step } from '../model/step.ts';
import { isRowEnded, type ProgressRow, type ProgressState, progressState, track } from './progress-state.ts';
import { progressView } from './progress-text.ts';
import type { Progress } from './run-view.ts';
import type { Style, Terminal } from './terminal.ts';

const REDRAW_MS = 100;

/** The live view. listr2 owns the terminal; what stands on it is ours. */
export function createProgressView(steps: readonly Step[], terminal: Terminal, stream: NodeJS.WriteStream): Progress {
  const state = progressState(steps);
  const notes: string[] = [];
  const rows = [...state.rows.values()].map((row) => ({ row, ...deferred() }));
  const list = new Listr(
    rows.map(({ row, ended }) => ({ title: row.name, task: () => ended })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      forceTTY: true,
      renderer: viewClass(state, notes, stream, terminal.style),
      rendererOptions: { logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }) },
    },
  );
  const shown = list.run();
  const listener = (event: RunEvent) => {
    track(state, event);
    for (const { row, end } of rows) if (isRowEnded(row)) end(row);
  };
  return {
    listener,
    note: (text) => notes.push(text.trimEnd()),
    finish: async () => {
      state.finished = true;
      for (const { row, end } of rows) end(row);
      await shown;
    },
  };
}

/**
 * listr2's own renderer draws synchronously at every change and starves the event loop; this one draws at
 * most ten times a second.
 */
function viewClass(
  state: ProgressState,
  notes: readonly string[],
  stream: NodeJS.WriteStream,
  style: Style,
): ListrRendererFactory {
  return class View extends DefaultRenderer {
    #timer: NodeJS.Timeout | undefined;
    #ended = false;

    override update(): void {
      if (this.#ended) return;
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        if (!this.#ended) super.update();
      }, REDRAW_MS);
    }

    override end(): void {
      this.#ended = true;
      clearTimeout(this.#timer);
      super.end();
    }

    override create(): string {
      const size = { columns: stream.columns || 80, lines: (stream.rows || 24) - notes.length };
      return [progressView(state, size, Date.now(), style), ...notes].join('\n');
    }
  } as unknown as ListrRendererFactory;
}

function deferred(): { readonly ended: Promise<void>; readonly end: (row: ProgressRow) => void } {
  let settle: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { ended, end: () => settle?.() };
}
