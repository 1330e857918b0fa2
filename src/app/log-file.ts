import { closeSync, openSync, writeSync } from 'node:fs';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import type { RunEvent, RunListener } from '../model/events.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { Step } from '../model/step.ts';

export interface LogFile {
  readonly listener: RunListener;
  /** One line that is no step's: `what` in a few words, and what belongs to it. */
  write(level: Level, what: string, fields?: Readonly<Record<string, unknown>>): void;
  close(): void;
}

/**
 * A log of a run: a JSON object a line, appended and written at once, so that what a killed run did is all there.
 * Steps stand in it by kind, host and object, never with their specification.
 *
 * @throws DiagnosticError (64) when the file cannot be written
 */
export function openLogFile(path: string, common: Readonly<Record<string, unknown>>): LogFile {
  const file = openForAppend(path);
  const write: LogFile['write'] = (level, what, fields = {}) => {
    const line = { time: new Date().toISOString(), level, event: what, ...common, ...fields };
    writeSync(file, `${JSON.stringify(line)}\n`);
  };
  return { listener: (event) => writeEvent(event, write), write, close: () => closeSync(file) };
}

function openForAppend(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    const diagnostic: Diagnostic = {
      severity: 'error',
      code: 'usage/log-file',
      message: 'the log file cannot be written',
      where: path,
      why: error instanceof Error ? error.message : String(error),
      fix: 'name a file in a folder that is there: --log-file FILE',
    };
    throw new DiagnosticError([diagnostic], EXIT.usage);
  }
}

type Level = 'info' | 'warn' | 'error';

function writeEvent(event: RunEvent, write: LogFile['write']): void {
  write(levelOf(event), event.type, { ...('step' in event && stepFields(event.step)), ...ownFields(event) });
}

function levelOf(event: RunEvent): Level {
  if (event.type === 'step.failed') return 'error';
  if (event.type === 'step.retry' || event.type === 'step.skipped') return 'warn';
  return event.type === 'run.finished' && event.outcome.status !== 'done' ? 'error' : 'info';
}

function ownFields(event: RunEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'run.started':
      return { steps: event.steps };
    case 'run.finished': {
      const { status, done, failed, notStarted } = event.outcome;
      return { status, done: done.length, failed: failed.length, notStarted: notStarted.length };
    }
    case 'step.started':
      return {};
    case 'step.progress':
      return { text: event.text };
    case 'step.retry':
      return { reason: event.reason, attempt: event.attempt };
    case 'step.done':
      return { durationMs: event.durationMs };
    case 'step.failed': {
      const { code, message, detail, why } = event.diagnostic;
      return { durationMs: event.durationMs, error: { code, message, detail, why } };
    }
    case 'step.skipped':
      return { reason: event.reason };
  }
}

/** What a log says of a step. */
export function stepFields(step: Step): Readonly<Record<string, unknown>> {
  return {
    step: step.id,
    kind: step.kind,
    host: step.host,
    ...(step.workload !== undefined && { workload: step.workload }),
    ...('replica' in step && { replica: `${step.replica.workload}.${step.replica.ordinal}` }),
    ...('container' in step && { container: step.container }),
    ...('image' in step && { image: step.image }),
  };
}
