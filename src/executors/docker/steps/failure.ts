import { type Diagnostic, DiagnosticError } from '../../../model/diagnostic.ts';
import { EXIT } from '../../../model/exit-codes.ts';
import { HostError } from '../../transport/errors.ts';

/** A step's failure that a person can act on. */
export function stepFailure(
  code: string,
  message: string,
  parts: Omit<Diagnostic, 'severity' | 'code' | 'message'> = {},
): DiagnosticError {
  return new DiagnosticError([{ severity: 'error', code, message, ...parts }], EXIT.failed);
}

/** The engine's own words of a failed call; empty when it is none. */
export function engineWords(error: unknown): string {
  return error instanceof HostError && error.status !== undefined ? (error.diagnostic.detail ?? '') : '';
}
