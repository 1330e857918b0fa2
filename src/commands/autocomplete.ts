import { string } from '@oclif/core/args';
import { BaseCommand } from '../app/cli/base-command.ts';
import { usageError } from '../app/cli/command-line.ts';
import type { CompletionCommand } from '../render/completion/model.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export default class Autocomplete extends BaseCommand {
  static override summary = 'print a script for shell completion';
  static override description =
    'Prints a script that completes commands, flags and their values. It is complete in itself: a key press starts nothing.';
  static override group = 'More';
  static override needsConfig = true;
  static override examples = [
    { description: 'bash, in ~/.bashrc', command: 'source <(<%= config.bin %> autocomplete bash)' },
    { description: 'zsh, in ~/.zshrc after compinit', command: 'source <(<%= config.bin %> autocomplete zsh)' },
    {
      description: 'fish',
      command: '<%= config.bin %> autocomplete fish > ~/.config/fish/completions/<%= config.bin %>.fish',
    },
  ];
  static override args = {
    shell: string({ description: 'the shell; that of $SHELL by default', options: [...SHELLS] }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Autocomplete);
    const shell = args.shell ?? SHELLS.find((name) => process.env.SHELL?.endsWith(`/${name}`));
    const commands = this.completionCommands();
    if (flags.json) {
      this.printJson({ commands });
      return;
    }
    switch (shell) {
      case 'bash':
        this.print((await import('../render/completion/bash.ts')).bashCompletion(commands));
        return;
      case 'zsh':
        this.print((await import('../render/completion/zsh.ts')).zshCompletion(commands));
        return;
      case 'fish':
        this.print((await import('../render/completion/fish.ts')).fishCompletion(commands));
        return;
      default:
        throw usageError({
          code: 'cli/unknown-shell',
          message: 'no completion for this shell',
          where: process.env.SHELL ?? '$SHELL is not set',
          fix: `name one: stowage autocomplete ${SHELLS.join('|')}`,
        });
    }
  }

  private completionCommands(): CompletionCommand[] {
    return this.config.commands
      .filter(({ hidden }) => !hidden)
      .map(({ id, summary, flags }) => ({
        name: id.replaceAll(':', ' '),
        summary: summary ?? '',
        flags: Object.entries(flags)
          .filter(([, { hidden }]) => !hidden)
          .flatMap(([name, flag]) => {
            const names = flag.type === 'boolean' && flag.allowNo ? [name, `no-${name}`] : [name];
            return names.map((spelled) => [spelled, flag] as const);
          })
          .map(([name, flag]) => ({
            name,
            ...(flag.char && { char: flag.char }),
            summary: flag.description ?? '',
            takesValue: flag.type === 'option',
            options: flag.type === 'option' ? [...(flag.options ?? [])] : [],
            isPath: flag.type === 'option' && /^(FILE|DIR)$/.test(flag.helpValue?.toString() ?? ''),
          })),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
