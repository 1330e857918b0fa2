import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { sortDiagnostics } from '../../model/diagnostic.ts';
import { ciSystem } from '../../render/ci.ts';
import { renderDiagnostics } from '../../render/diagnostics.ts';
import { terminalOf } from '../../render/terminal.ts';
import { stdinText } from '../stdin.ts';

/** Diagnostics as text for stderr, sorted by place, with excerpts of the files they point to. */
export async function renderForTerminal(diagnostics: readonly Diagnostic[], argv: readonly string[]): Promise<string> {
  if (diagnostics.length === 0) return '';
  const terminal = await terminalOf(process.stderr, colorFlag(argv));
  const sorted = sortDiagnostics(diagnostics);
  const annotations = ciSystem(process.env) === 'github' ? await annotate(sorted) : '';
  const text = renderDiagnostics(sorted, {
    style: terminal.style,
    width: terminal.width,
    cwd: process.cwd(),
    readText,
  });
  return text + annotations;
}

/** Beside the text, so that a log reads the same everywhere. */
async function annotate(diagnostics: readonly Diagnostic[]): Promise<string> {
  const { githubAnnotations } = await import('../../render/annotations.ts');
  return githubAnnotations(diagnostics, process.env.GITHUB_WORKSPACE ?? process.cwd());
}

/** `--color` and `--no-color` as written; the parser may not have got that far. */
function colorFlag(argv: readonly string[]): boolean | undefined {
  if (argv.includes('--no-color')) return false;
  return argv.includes('--color') ? true : undefined;
}

function readText(path: string): string | undefined {
  if (path === '-') return stdinText();
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
