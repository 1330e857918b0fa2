/** A place in an input file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters to underline; 1 when unknown. */
  readonly length?: number;
}

export type Severity = 'error' | 'warning' | 'note';

/**
 * One finding. `message` says what, without names, so that it is recognised at a glance;
 * `detail` names the culprit beside the excerpt, `why` and `fix` are one line each.
 */
export interface Diagnostic {
  readonly severity: Severity;
  /** `area/name`, stable, e.g. `compose/depends-on-cycle`. */
  readonly code: string;
  readonly message: string;
  readonly position?: Position;
  /** Field path in the input, e.g. `services.web.ports[0]` or `spec.template.spec.containers[0].image`. */
  readonly path?: string;
  readonly detail?: string;
  /** A place that is no file: a host, a step, an object. */
  readonly where?: string;
  readonly why?: string;
  readonly fix?: string;
  /** What stands behind it: the failing container's last log lines, its health log. Printed as it is, indented. */
  readonly evidence?: readonly { readonly title: string; readonly lines: readonly string[] }[];
  /** The section of the specification this follows. */
  readonly see?: string;
  /** Other places that belong to it (the other definition, the file that includes this one). */
  readonly related?: readonly { readonly position: Position; readonly message: string }[];
}

/** A failure made of diagnostics; `exitCode` is the one the process ends with (DESIGN.md, exit codes). */
export class DiagnosticError extends Error {
  override readonly name = 'DiagnosticError';
  constructor(
    readonly diagnostics: readonly Diagnostic[],
    readonly exitCode: number,
  ) {
    super(diagnostics.map((d) => d.message).join('\n'));
  }
}

/** Orders by file, line, column, then code, so that output does not depend on the order of discovery. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const place = (d: Diagnostic) => d.position ?? { file: '', line: 0, column: 0 };
  return [...diagnostics].sort((a, b) => {
    const p = place(a);
    const q = place(b);
    return (
      compareText(p.file, q.file) ||
      p.line - q.line ||
      p.column - q.column ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message)
    );
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
