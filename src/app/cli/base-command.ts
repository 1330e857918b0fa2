import type { Interfaces } from '@oclif/core';
import { Command } from '@oclif/core/command';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Terminal } from '../../render/terminal.ts';
import { terminalOf } from '../../render/terminal.ts';
import type { DeployUi } from '../deploy.ts';
import { globalFlags } from './flags.ts';
import { withoutConfig } from './without-config.ts';

type FlagOutput = Interfaces.OutputFlags<Interfaces.FlagInput>;
type ArgOutput = Interfaces.OutputArgs<Interfaces.ArgInput>;

export type FlagsOf<T extends typeof Command> = Interfaces.InferredFlags<
  (typeof BaseCommand)['baseFlags'] & T['flags']
>;
export type ArgsOf<T extends typeof Command> = Interfaces.InferredArgs<T['args']>;

/**
 * A command parses its line, calls one use case and hands the result to a renderer. It ends by returning:
 * with `process.exitCode` set where that is not 0, or by throwing a DiagnosticError.
 */
export abstract class BaseCommand extends Command {
  static override baseFlags = globalFlags;
  /** Section of the root help the command stands in. */
  static group = 'More';
  /** True for a command that uses `this.config`. */
  static needsConfig = false;

  /** Runs a command, any but those that need oclif's configuration. */
  static async start(type: typeof BaseCommand, id: string, argv: readonly string[]): Promise<void> {
    type.id = id;
    const command = Reflect.construct(type, [[...argv], withoutConfig()]) as BaseCommand;
    await command._run();
  }

  /** Failures are reported in one place, by `main`. */
  protected override async catch(error: Error): Promise<never> {
    throw error;
  }

  /** Whatever the parser refuses is the command line's fault, also a value that a flag's own parser throws at. */
  protected override async parse<F extends FlagOutput, B extends FlagOutput, A extends ArgOutput>(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    try {
      return await super.parse(options, argv);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw Object.assign(error, { parse: 'parse' in error ? error.parse : {}, command: this.id });
    }
  }

  /** What stdout can show. */
  protected async terminal(flags: { readonly color?: boolean }): Promise<Terminal> {
    return await terminalOf(process.stdout, flags.color);
  }

  /** Writes to stdout; the text brings its own line breaks. */
  protected print(text: string): void {
    process.stdout.write(text);
  }

  /** One JSON document on stdout. */
  protected printJson(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Diagnostics beside a result, on stderr; `spaced` puts an empty line before them. */
  protected async warnings(
    diagnostics: readonly Diagnostic[],
    options: { readonly spaced?: boolean } = {},
  ): Promise<void> {
    if (diagnostics.length === 0) return;
    const { renderForTerminal } = await import('./report.ts');
    const text = await renderForTerminal(diagnostics, this.argv);
    process.stderr.write(options.spaced ? `\n${text}` : text);
  }

  /** How a command that changes hosts talks to who runs it. */
  protected async deployUi(flags: {
    readonly color?: boolean;
    readonly json: boolean;
    readonly yes: boolean;
    readonly 'log-file'?: string | undefined;
  }): Promise<DeployUi> {
    return {
      terminal: await this.terminal(flags),
      json: flags.json,
      yes: flags.yes,
      ...(flags.color === undefined ? {} : { color: flags.color }),
      ...(flags['log-file'] === undefined ? {} : { logFile: flags['log-file'] }),
      print: (text) => this.print(text),
      warn: (diagnostics) => this.warnings(diagnostics, { spaced: true }),
    };
  }

  /** For people beside a result: stderr. */
  protected note(text: string): void {
    process.stderr.write(text);
  }
}
