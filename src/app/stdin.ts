import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';

let text: string | undefined;

/** What was read from stdin in this run, for excerpts. */
export function stdinText(): string | undefined {
  return text;
}

/**
 * All of stdin when `-` is among the input files, else undefined. It is read once, however often it is asked for.
 *
 * @throws DiagnosticError (64) when `-` comes twice
 */
export async function readStdin(files: readonly string[]): Promise<string | undefined> {
  const count = files.filter((file) => file === '-').length;
  if (count === 0) return undefined;
  if (count > 1) throw new DiagnosticError([twice], EXIT.usage);
  if (text !== undefined) return text;
  if (process.stdin.isTTY) process.stderr.write('reading from the terminal; end with Ctrl-D\n');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  text = Buffer.concat(chunks).toString('utf8');
  return text;
}

const twice = {
  severity: 'error',
  code: 'settings/stdin-twice',
  message: 'stdin can be read only once',
  where: '-f - -f -',
  fix: 'give - once; several documents in it are separated by ---',
} as const;
