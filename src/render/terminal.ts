/** Marks up text; every function returns its argument unchanged where colour is not wanted. */
export interface Style {
  readonly enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  magenta(text: string): string;
  cyan(text: string): string;
}

export interface Terminal {
  readonly isTerminal: boolean;
  /** Columns; Infinity without a terminal, so that nothing is cut or wrapped there. */
  readonly width: number;
  readonly style: Style;
}

type Stream = NodeJS.WriteStream | { readonly isTTY?: boolean; readonly columns?: number };

const asIs = (text: string): string => text;

export const PLAIN: Style = {
  enabled: false,
  bold: asIs,
  dim: asIs,
  red: asIs,
  green: asIs,
  yellow: asIs,
  blue: asIs,
  magenta: asIs,
  cyan: asIs,
};

/**
 * Whether to colour: `--color`/`--no-color`, then NO_COLOR (https://no-color.org), then FORCE_COLOR,
 * then whether the stream is a terminal.
 */
export function wantsColor(stream: Stream, env: NodeJS.ProcessEnv, flag?: boolean): boolean {
  if (flag !== undefined) return flag;
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** What a stream can show. Loads chalk only where colour is wanted. */
export async function terminalOf(stream: Stream, flag?: boolean, env = process.env): Promise<Terminal> {
  const isTerminal = stream.isTTY === true;
  const width = isTerminal ? stream.columns || 80 : Number.POSITIVE_INFINITY;
  const style = wantsColor(stream, env, flag) ? await colors() : PLAIN;
  return { isTerminal, width, style };
}

async function colors(): Promise<Style> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  // One argument each: chalk joins all it is given.
  return {
    enabled: true,
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    red: (text) => chalk.red(text),
    green: (text) => chalk.green(text),
    yellow: (text) => chalk.yellow(text),
    blue: (text) => chalk.blue(text),
    magenta: (text) => chalk.magenta(text),
    cyan: (text) => chalk.cyan(text),
  };
}
