import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Requests that go on until stopped. */
export interface Generator<Report> {
  stop(): Promise<Report>;
}

/**
 * Starts a script of this folder in a network namespace. It prints a line once it is under way, and its report as JSON
 * when its input ends.
 */
export async function startGenerator<Report>(
  namespace: string,
  script: string,
  args: readonly string[],
): Promise<Generator<Report>> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn('nsenter', [`--net=${namespace}`, '--', process.execPath, path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
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
      return JSON.parse(output.slice(output.indexOf('\n') + 1)) as Report;
    },
  };
}
