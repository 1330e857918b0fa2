import type { Diagnostic } from '../../model/diagnostic.ts';
import { didYouMean } from '../../model/suggest.ts';

/** What the parser throws, with the command it parsed for. */
export type ParseError = Error & { readonly parse: unknown; readonly command?: string };

/** Turns the parser's error into a diagnostic that names the option and how to write it. */
export function usageDiagnostic(error: ParseError): Diagnostic {
  const command = (error.command ?? '').replaceAll(':', ' ');
  return {
    severity: 'error',
    code: 'cli/usage',
    message: 'the command line cannot be read',
    where: `stowage ${command}`,
    why: reason(error),
    fix: suggestion(error) ?? `see \`stowage ${command} --help\``,
  };
}

function reason(error: Error): string {
  const text = error.message.replace(/\n?See more help with --help\s*$/, '').replace(/^Error: /, '');
  const lines = text.split('\n').map((line) => line.trim());
  const useful = lines.filter((line) => line !== '' && !/^The following errors? occurred/.test(line));
  const joined = useful.join('; ').replaceAll(':; ', ': ').replace(/ {2,}/g, ' ');
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

function suggestion(error: ParseError): string | undefined {
  if (!('flags' in error) || !Array.isArray(error.flags)) return undefined;
  const [flag] = error.flags.filter((name): name is string => typeof name === 'string');
  const known = knownFlags(error.parse).map((name) => `--${name}`);
  return flag === undefined ? undefined : didYouMean(flag, known);
}

function knownFlags(parse: unknown): string[] {
  if (typeof parse !== 'object' || parse === null || !('input' in parse)) return [];
  const { input } = parse;
  if (typeof input !== 'object' || input === null || !('flags' in input)) return [];
  return Object.keys(input.flags as Record<string, unknown>);
}
