import { isAbsolute, relative } from 'node:path';
import type { Diagnostic, Position, Severity } from '../model/diagnostic.ts';
import { excerpt, printable } from './excerpt.ts';
import type { Style } from './terminal.ts';
import { PLAIN } from './terminal.ts';
import { wrap } from './wrap.ts';

export interface DiagnosticsOptions {
  readonly style?: Style;
  /** Columns to wrap at; Infinity keeps every line whole. */
  readonly width?: number;
  /** Files below it are shown relative to it. */
  readonly cwd?: string;
  /** Text of an input file for the excerpt; undefined leaves the excerpt out. */
  readonly readText?: (path: string) => string | undefined;
}

/** What, where, why and how to mend, one block each, in the order given. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: DiagnosticsOptions = {}): string {
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, options).join('\n')}\n`).join('\n');
}

function renderDiagnostic(d: Diagnostic, options: DiagnosticsOptions): string[] {
  const style = options.style ?? PLAIN;
  const paint = severityColor(d.severity, style);
  const lines = [`${style.bold(paint(`${d.severity}[${d.code}]`))}${style.bold(`: ${d.message}`)}`];
  if (d.position) lines.push(...placeLines(d.position, d, options, paint));
  else if (d.path) lines.push(`  ${d.path}`);
  if (d.where) lines.push(...field('', d.where, options));
  if (d.detail && !hasExcerpt(d, options)) lines.push(...field('what', d.detail, options));
  if (d.why) lines.push(...field('why', d.why, options));
  if (d.fix) lines.push(...field('fix', d.fix, options));
  if (d.see) lines.push(...field('see', d.see, options));
  for (const { title, lines: shown } of d.evidence ?? []) {
    lines.push(`  ${style.dim(title)}`, ...shown.map((line) => `    ${style.dim('|')} ${printable(line)}`));
  }
  for (const { position, message } of d.related ?? []) {
    lines.push(...field('also', `${place(position, options)} ${message}`, options));
  }
  return lines;
}

function placeLines(position: Position, d: Diagnostic, options: DiagnosticsOptions, paint: Style['red']): string[] {
  const style = options.style ?? PLAIN;
  const where = d.path ? `  ${style.dim(d.path)}` : '';
  const text = options.readText?.(position.file);
  const shown = text === undefined ? [] : excerpt(text, position, d.detail, style, paint);
  return [`  ${style.cyan(place(position, options))}${where}`, ...shown];
}

function hasExcerpt(d: Diagnostic, options: DiagnosticsOptions): boolean {
  if (!d.position) return false;
  const text = options.readText?.(d.position.file);
  return text !== undefined && excerpt(text, d.position, d.detail, PLAIN, (line) => line).length > 0;
}

function field(name: string, text: string, options: DiagnosticsOptions): string[] {
  const style = options.style ?? PLAIN;
  const indent = name === '' ? '  ' : '       ';
  const lines = wrap(text, (options.width ?? Number.POSITIVE_INFINITY) - indent.length);
  return lines.map((line, i) =>
    i === 0 && name !== '' ? `  ${style.dim(name.padEnd(4))} ${line}` : `${indent}${line}`,
  );
}

function place({ file, line, column }: Position, options: DiagnosticsOptions): string {
  if (file === '-') return `stdin:${line}:${column}`;
  const near = options.cwd && isAbsolute(file) ? relative(options.cwd, file) : file;
  const shown = near.startsWith('..') ? file : near;
  return `${shown}:${line}:${column}`;
}

function severityColor(severity: Severity, style: Style): Style['red'] {
  if (severity === 'error') return style.red;
  return severity === 'warning' ? style.yellow : style.blue;
}
