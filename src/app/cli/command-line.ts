import type { Diagnostic } from '../../model/diagnostic.ts';
import { DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { didYouMean } from '../../model/suggest.ts';

/** `stowage help plan` is `stowage plan --help`. */
export function routeArguments(argv: readonly string[]): readonly string[] {
  return argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
}

export interface KnownCommand {
  /** With colons: `rollout:undo`. */
  readonly id: string;
  readonly takesArguments: boolean;
}

/** The id of the command that the first words name; the longest that fits. */
export function commandOf(argv: readonly string[], commands: readonly KnownCommand[]): string | undefined {
  const fits = commands.filter(({ id }) => id.split(':').every((word, i) => argv[i] === word));
  return fits.sort((a, b) => b.id.length - a.id.length)[0]?.id;
}

/** The error for a command line whose first words are no command and no topic; undefined when they are. */
export function unknownCommand(
  argv: readonly string[],
  commands: readonly KnownCommand[],
): DiagnosticError | undefined {
  const words = argv.slice(0, argv.findIndex((word) => word.startsWith('-')) >>> 0);
  const [first, second] = words;
  if (first === undefined) return argv.length === 0 || isRootFlag(argv[0]) ? undefined : unknownOption(argv[0] ?? '');
  const command = commands.find(({ id }) => id === first);
  const topic = commands.filter(({ id }) => id.startsWith(`${first}:`)).map(({ id }) => id.slice(first.length + 1));
  if (second === undefined) return command || topic.length > 0 ? undefined : unknownFirst(first, commands);
  if (topic.includes(second) || command?.takesArguments) return undefined;
  if (command && topic.length === 0) return unexpectedWord(first, second);
  return topic.length > 0 ? unknownInTopic(first, second, topic) : unknownFirst(first, commands);
}

function unknownFirst(word: string, commands: readonly KnownCommand[]): DiagnosticError {
  const known = new Set(commands.map(({ id }) => id.split(':')[0] ?? id));
  return usageError({
    code: 'cli/unknown-command',
    message: 'no such command',
    where: `stowage ${word}`,
    fix: didYouMean(word, known) ?? 'see `stowage --help` for all commands',
  });
}

function unknownInTopic(topic: string, word: string, known: readonly string[]): DiagnosticError {
  return usageError({
    code: 'cli/unknown-command',
    message: 'no such command',
    where: `stowage ${topic} ${word}`,
    why: `\`stowage ${topic}\` has ${known.join(', ')}`,
    fix: didYouMean(word, known) ?? `see \`stowage ${topic} --help\``,
  });
}

function unexpectedWord(command: string, word: string): DiagnosticError {
  return usageError({
    code: 'cli/usage',
    message: 'the command line cannot be read',
    where: `stowage ${command}`,
    why: `unexpected argument: ${word}`,
    fix: `see \`stowage ${command} --help\``,
  });
}

function isRootFlag(word: string | undefined): boolean {
  return word === '--help' || word === '-h' || word === '--version';
}

function unknownOption(option: string): DiagnosticError {
  return usageError({
    code: 'cli/unknown-option',
    message: 'an option before the command',
    where: `stowage ${option}`,
    fix: 'write the command first: `stowage plan --host web-1`',
  });
}

/** An error of the command line itself: exit code 64. */
export function usageError(diagnostic: Omit<Diagnostic, 'severity'>): DiagnosticError {
  return new DiagnosticError([{ severity: 'error', ...diagnostic }], EXIT.usage);
}
