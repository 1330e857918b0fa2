import { Config, Plugin } from '@oclif/core/config';
import { run } from '@oclif/core/run';
import { EXIT } from '../../model/exit-codes.ts';
import { type Cache, useCache } from './cache.ts';
import type { KnownCommand } from './command-line.ts';
import { routeArguments, unknownCommand } from './command-line.ts';
import { reportFailure } from './failure.ts';
import { PACKAGE } from './package.ts';
import { guardStreams } from './streams.ts';

export interface MainOptions {
  /** Module that exports `COMMANDS`, when commands are not taken from the bundle (development). */
  readonly commandsModule?: string;
  /** Where results may be kept between runs; absent in development. */
  readonly cache?: Cache;
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
    const config = await loadConfig(root, options);
    const line = routeArguments(argv);
    const unknown = unknownCommand(line, config.commands.map(knownCommand));
    if (unknown) throw unknown;
    await run([...line], config);
  } catch (error) {
    process.exitCode = await reportFailure(error, argv).catch(() => EXIT.failed);
  }
}

function knownCommand({ id, args, strict }: Config['commands'][number]): KnownCommand {
  return { id, takesArguments: strict === false || Object.keys(args).length > 0 };
}

async function loadConfig(root: string, options: MainOptions): Promise<Config> {
  const commands = options.commandsModule
    ? { ...PACKAGE.oclif.commands, target: options.commandsModule }
    : PACKAGE.oclif.commands;
  const pjson = { ...PACKAGE, oclif: { ...PACKAGE.oclif, commands } } as unknown as Plugin['pjson'];
  const plugin = new Plugin({ root, pjson, isRoot: true, ignoreManifest: options.commandsModule !== undefined });
  await plugin.load();
  return await Config.load({ root, pjson, plugins: new Map([[plugin.name, plugin]]) });
}
