import type { Diagnostic, Position } from '../../model/diagnostic.ts';
import type { FileReader } from '../source/reader.ts';
import type { Node } from '../source/tree.ts';

/** What the passes share while one project is loaded. */
export interface Session {
  readonly reader: FileReader;
  readonly diagnostics: Diagnostic[];
  readonly interpolate: boolean;
  readonly modernise: boolean;
  readonly home?: string;
  /** Text of `-`. */
  readonly stdin?: string;
  readonly currentDirectory: string;
  /** Documents of the files read so far. */
  readonly documents: Map<string, readonly Node[]>;
}

/** Thrown when a later pass cannot work on what an earlier one found wrong; the findings are in the session. */
export class Stop extends Error {
  override readonly name = 'Stop';
}

export type Finding = Omit<Diagnostic, 'severity' | 'code'>;

export function fail(session: Session, code: string, finding: Finding): void {
  session.diagnostics.push({ severity: 'error', code: `compose/${code}`, ...finding });
}

export function warn(session: Session, code: string, finding: Finding): void {
  session.diagnostics.push({ severity: 'warning', code: `compose/${code}`, ...finding });
}

export function hasErrors(session: Session): boolean {
  return session.diagnostics.some((d) => d.severity === 'error');
}

/** Ends the compilation here when anything is wrong so far. */
export function checkpoint(session: Session): void {
  if (hasErrors(session)) throw new Stop();
}

export function stop(session: Session, code: string, finding: Finding): never {
  fail(session, code, finding);
  throw new Stop();
}

/** First place of a file, for findings about the whole of it. */
export function startOf(file: string): Position {
  return { file, line: 1, column: 1 };
}
