import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface TrafficReport {
  readonly requests: number;
  /** No answer, a broken connection, or a status of 400 and above. */
  readonly failed: number;
  /** The first 50 of them. */
  readonly failures: readonly { readonly at: string; readonly url: string; readonly problem: string }[];
  readonly statuses: Readonly<Record<string, number>>;
  /** How often each first word was answered: for the lab's web images, the version. */
  readonly answers: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

/** Steady requests that go on until stopped: what users of a service see while it is changed. */
export interface Traffic {
  stop(): Promise<TrafficReport>;
}

export interface TrafficOptions {
  /** 50 unless given. */
  readonly perSecond?: number;
  /** Per request; 5000 unless given. */
  readonly timeoutMs?: number;
}

export async function startTraffic(
  namespace: string,
  urls: readonly string[],
  options: TrafficOptions,
): Promise<Traffic> {
  const script = fileURLToPath(new URL('./traffic-generator.mjs', import.meta.url));
  const settings = [options.perSecond ?? 50, options.timeoutMs ?? 5000].map(String);
  const args = [`--net=${namespace}`, '--', process.execPath, script, ...settings, ...urls];
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
      return JSON.parse(output.slice(output.indexOf('\n') + 1)) as TrafficReport;
    },
  };
}
