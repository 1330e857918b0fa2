import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface LoadSettings {
  readonly urls: readonly string[];
  readonly perSecond: number;
  /** Clients that keep their one connection. They make half of the requests. */
  readonly keepAlive: number;
  /** A request that takes long, begun every so many milliseconds. */
  readonly long?: { readonly url: string; readonly every: number };
  /** An upgraded connection that has to echo for `forMs`, begun every so many milliseconds. */
  readonly upgrade?: { readonly url: string; readonly every: number; readonly forMs: number };
  /** Name that is asked for, where it is not that of the URLs. */
  readonly host?: string;
}

export interface LoadReport {
  readonly requests: number;
  readonly failed: number;
  readonly failures: readonly { readonly at: string; readonly kind: string; readonly problem: string }[];
  /** How often each first word was answered: the version. */
  readonly answers: Readonly<Record<string, number>>;
  readonly long: { readonly requests: number; readonly failed: number };
  readonly upgraded: { readonly requests: number; readonly failed: number };
}

export interface Load {
  stop(): Promise<LoadReport>;
}

/** Constant load on keep-alive and fresh connections from the operator's side of a lab, until stopped. */
export async function startLoad(directory: string, settings: LoadSettings): Promise<Load> {
  const script = fileURLToPath(new URL('./load-generator.mjs', import.meta.url));
  const namespace = `--net=${join(directory, 'ns', 'operator')}`;
  const args = [namespace, '--', process.execPath, script, JSON.stringify(settings)];
  const child = spawn('nsenter', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child.stdout, 'data');
  return {
    stop: async () => {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
      return JSON.parse(output.slice(output.indexOf('\n') + 1)) as LoadReport;
    },
  };
}
