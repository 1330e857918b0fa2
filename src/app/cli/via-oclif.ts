import { Config, Plugin } from '@oclif/core/config';
import { run } from '@oclif/core/run';
import { type KnownCommand, unknownCommand } from './command-line.ts';
import { PACKAGE } from './package.ts';

/**
 * Runs a line with all that oclif has: help, topics, and commands that look at the other commands.
 *
 * @param commandsModule module that exports `COMMANDS`, when commands are not taken from the bundle
 */
export async function runViaOclif(line: readonly string[], root: string, commandsModule?: string): Promise<void> {
  const config = await loadConfig(root, commandsModule);
  const unknown = unknownCommand(line, config.commands.map(knownCommand));
  if (unknown) throw unknown;
  await run([...line], config);
}

function knownCommand({ id, args, strict }: Config['commands'][number]): KnownCommand {
  return { id, takesArguments: strict === false || Object.keys(args).length > 0 };
}

async function loadConfig(root: string, commandsModule: string | undefined): Promise<Config> {
  const commands = commandsModule ? { ...PACKAGE.oclif.commands, target: commandsModule } : PACKAGE.oclif.commands;
  const pjson = { ...PACKAGE, oclif: { ...PACKAGE.oclif, commands } } as unknown as Plugin['pjson'];
  const plugin = new Plugin({ root, pjson, isRoot: true, ignoreManifest: commandsModule !== undefined });
  await plugin.load();
  return await Config.load({ root, pjson, plugins: new Map([[plugin.name, plugin]]) });
}
