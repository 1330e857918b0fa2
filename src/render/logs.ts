import type { LogLine } from '../model/log-line.ts';
import type { Style } from './terminal.ts';

export interface LogsFormat {
  readonly style: Style;
  readonly timestamps: boolean;
  readonly prefix: boolean;
}

type Named = LogLine['replica'];

/** Turns lines into text with aligned prefixes, one colour per replica. */
export class LogsFormatter {
  readonly #format: LogsFormat;
  readonly #colors = new Map<string, Style['red']>();
  #width = 0;

  constructor(format: LogsFormat) {
    this.#format = format;
  }

  /** Makes room for the longest prefix and gives colours in this order. */
  announce(replicas: readonly Named[]): void {
    for (const replica of replicas) this.#prefix(replica);
  }

  line({ replica, timestamp, text }: LogLine): string {
    const { style, timestamps, prefix } = this.#format;
    const time = timestamps ? `${style.dim(timestamp)} ` : '';
    return `${prefix ? this.#prefix(replica) : ''}${time}${text}${style.enabled && text.includes('\u001b') ? '\u001b[0m' : ''}\n`;
  }

  #prefix(replica: Named): string {
    const name = prefixName(replica);
    this.#width = Math.max(this.#width, name.length);
    return `${this.#color(replica)(`${name.padEnd(this.#width)} |`)} `;
  }

  #color({ host, workload, ordinal }: Named): Style['red'] {
    const { style } = this.#format;
    const key = `${workload}.${ordinal}@${host}`;
    const palette = [style.cyan, style.yellow, style.green, style.magenta, style.blue];
    const color = this.#colors.get(key) ?? palette[this.#colors.size % palette.length] ?? style.cyan;
    this.#colors.set(key, color);
    return color;
  }
}

/** `web.1 host1`, `web.1/proxy host1` */
function prefixName({ workload, ordinal, container, role, host }: Named): string {
  const isMain = role === 'main' && (container === workload || container === 'main');
  return `${workload}.${ordinal}${isMain ? '' : `/${container}`} ${host}`;
}

/** `logs --json`: one document per line, schemas/log-line.schema.json. */
export function logLineJson({ replica, stream, timestamp, text }: LogLine): string {
  const { stack, workload, ordinal, container, host } = replica;
  return `${JSON.stringify({ stack, workload, ordinal, container, host, stream, timestamp, text })}\n`;
}
