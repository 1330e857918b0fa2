import type { Diagnostic } from '../../model/diagnostic.ts';
import { DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { VERSION } from './package.ts';
import type { ParseError } from './usage.ts';

/**
 * Reports what ended a command: diagnostics on stderr, and with `--json` also as a document on stdout
 * (schemas/error.schema.json), in one line, as it may end a stream of them.
 *
 * @returns the exit code
 */
export async function reportFailure(error: unknown, argv: readonly string[]): Promise<number> {
  const { diagnostics, exitCode } = await toFailure(error, argv);
  const { renderForTerminal } = await import('./report.ts');
  const text = await renderForTerminal(diagnostics, argv);
  if (text !== '') process.stderr.write(text);
  if (wantsJson(argv)) process.stdout.write(`${JSON.stringify({ error: { exitCode, diagnostics } })}\n`);
  return exitCode;
}

interface Failure {
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: number;
}

async function toFailure(error: unknown, argv: readonly string[]): Promise<Failure> {
  if (error instanceof DiagnosticError) return error;
  if (isParseError(error)) {
    const { usageDiagnostic } = await import('./usage.ts');
    return { diagnostics: [usageDiagnostic(error)], exitCode: EXIT.usage };
  }
  if (isOclifExit(error)) return { diagnostics: [], exitCode: error.oclif.exit };
  const { bugReport } = await import('./bug.ts');
  return { diagnostics: [bugReport(error, argv, VERSION)], exitCode: EXIT.failed };
}

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

/** oclif's errors about the command line all carry the parser's state. */
function isParseError(error: unknown): error is ParseError {
  return error instanceof Error && 'parse' in error;
}

function isOclifExit(error: unknown): error is { code: 'EEXIT'; oclif: { exit: number } } {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT' && 'oclif' in error;
}
