import { EXIT } from '../../model/exit-codes.ts';
import type { BaseCommand } from './base-command.ts';
import { type Cache, useCache } from './cache.ts';
import { commandOf, type KnownCommand, routeArguments, unknownCommand } from './command-line.ts';
import { reportFailure } from './failure.ts';
import { VERSION } from './package.ts';
import { guardStreams } from './streams.ts';

export interface MainOptions {
  /** Where results may be kept between runs; absent in development. */
  readonly cache?: Cache;
  /** What a build knows of its commands; absent in development. */
  readonly bundle?: Bundle;
  /** Module that exports `COMMANDS`, in development. */
  readonly commandsModule?: string;
}

export interface Bundle {
  readonly known: readonly KnownCommand[];
  /** By id; a class is evaluated when it is asked for. */
  readonly commands: Readonly<Record<string, typeof BaseCommand>>;
}

/**
 * Runs one command line. Never throws and never calls `process.exit`, which would cut a piped stdout:
 * the result is `process.exitCode` (DESIGN.md, exit codes).
 *
 * @param argv without the interpreter and the script
 * @param root the package's folder
 */
export async function main(argv: readonly string[], root: string, options: MainOptions = {}): Promise<void> {
  guardStreams();
  useCache(options.cache);
  try {
    const line = routeArguments(argv);
    if (line[0] === '--version' || line[0] === '-V') process.stdout.write(`stowage ${VERSION}\n`);
    else if (!(await runDirectly(line, options.bundle))) {
      const { runViaOclif } = await import('./via-oclif.ts');
      await runViaOclif(line, root, options.commandsModule);
    }
  } catch (error) {
    process.exitCode = await reportFailure(error, argv).catch(() => EXIT.failed);
  }
}

/**
 * Runs a command of the bundle without oclif's configuration, whose loading is a fifth of a start.
 *
 * @returns false for what needs it: help, a topic, a command that looks at the others
 */
async function runDirectly(line: readonly string[], bundle: Bundle | undefined): Promise<boolean> {
  if (!bundle || line.includes('--help') || line.includes('-h')) return false;
  const unknown = unknownCommand(line, bundle.known);
  if (unknown) throw unknown;
  const id = commandOf(line, bundle.known);
  const command = id === undefined ? undefined : bundle.commands[id];
  if (id === undefined || !command || command.needsConfig) return false;
  await command.start(command, id, line.slice(id.split(':').length));
  return true;
}
