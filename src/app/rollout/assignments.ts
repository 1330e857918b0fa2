import { DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';

/** `NAME=VALUE` words of a command line. @throws DiagnosticError (64) for any other word */
export function readAssignments(words: readonly string[]): Map<string, string> {
  const wrong = words.filter((word) => !/^[^=]+=.+$/.test(word));
  if (wrong.length > 0)
    throw usage('usage/assignment', 'a change is not NAME=VALUE', wrong.join(' '), 'write web=VALUE');
  return new Map(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}

/** @throws DiagnosticError (64) when it is no count */
export function replicaCount(workload: string, text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw usage('usage/replicas', 'a number of replicas cannot be read', `${workload}=${text}`, `write ${workload}=3`);
}

function usage(code: string, message: string, where: string, fix: string): DiagnosticError {
  return new DiagnosticError([{ severity: 'error', code, message, where, fix }], EXIT.usage);
}
