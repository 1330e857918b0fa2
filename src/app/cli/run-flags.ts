import { boolean, string } from '@oclif/core/flags';
import { DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';

/** Flags of every command that changes hosts. */
export const runFlags = {
  yes: boolean({ char: 'y', description: 'approve the plan; never the loss of data', helpGroup: 'RUN' }),
  cause: string({ description: 'why, for the history', helpValue: 'TEXT', helpGroup: 'RUN' }),
  'lock-timeout': string({
    description: 'how long to wait when another run holds the lock, e.g. 5m',
    helpValue: 'TIME',
    default: '0s',
    helpGroup: 'RUN',
  }),
  'log-file': string({
    description: 'append what the run does to a file, a JSON object a line',
    helpValue: 'FILE',
    helpGroup: 'RUN',
  }),
};

export interface RunFlags {
  readonly yes: boolean;
  readonly cause?: string;
  readonly 'lock-timeout': string;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `--lock-timeout`; a bare number is seconds. */
export function lockWait(text: string): number {
  return milliseconds(text, '--lock-timeout');
}

const SHORTEST_LEASE_SECONDS = 2;

/**
 * Seconds of STOWAGE_LOCK_LEASE: how long others leave a lock alone whose holder gives no sign of life. Undefined when
 * it is not set.
 */
export function lockLease(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const { STOWAGE_LOCK_LEASE: text } = env;
  if (!text) return undefined;
  return Math.max(SHORTEST_LEASE_SECONDS, milliseconds(text, 'STOWAGE_LOCK_LEASE') / 1000);
}

function milliseconds(text: string, name: string): number {
  const match = /^(\d+)(ms|s|m|h)?$/.exec(text.trim());
  if (match !== null) return Number(match[1]) * (UNIT_MS[match[2] ?? 's'] ?? 1000);
  throw new DiagnosticError(
    [
      {
        severity: 'error',
        code: 'usage/duration',
        message: 'a time cannot be read',
        where: `${name} ${text}`,
        fix: `write a number with ms, s, m or h, as in ${name} 5m`,
      },
    ],
    EXIT.usage,
  );
}
