import type { Diagnostic } from '../../model/diagnostic.ts';

const OWN_FRAME = /^\s*at /;

/**
 * An error nobody foresaw. It says so, with what a report needs and nothing secret: no environment, no
 * argument values.
 */
export function bugReport(error: unknown, argv: readonly string[], version: string): Diagnostic {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const words = argv.filter((word, i) => i < 2 && /^[a-z][a-z-]*$/.test(word));
  const flags = argv.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.replace(/=.*/s, '=…'));
  return {
    severity: 'error',
    code: 'internal/bug',
    message: 'this is a bug in stowage',
    where: `stowage ${[...words, ...flags].join(' ')} (${version}, node ${process.version}, ${process.platform}-${process.arch})`,
    why: [message, ...frames(error)].join('\n'),
    fix: 'report it with the lines above and, if you can, the smallest input that shows it',
  };
}

function frames(error: unknown): string[] {
  if (!(error instanceof Error) || !error.stack) return [];
  return error.stack
    .split('\n')
    .filter((line) => OWN_FRAME.test(line) && !line.includes('node:internal'))
    .slice(0, 6)
    .map((line) => line.trim());
}
