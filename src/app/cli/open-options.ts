import type { OpenOptions } from '../../executors/transport/connection.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Settings } from '../settings.ts';
import { renderForTerminal } from './report.ts';

/** How a command opens its hosts: notices on stderr, passphrases asked only where somebody can answer. */
export function openOptions(settings: Settings, signal?: AbortSignal): OpenOptions {
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    acceptNew: settings.acceptNew,
    ...(signal && { signal }),
    ...(isInteractive && { askPassphrase: askHidden }),
    onNotice: (_host: string, notice: Diagnostic) => void showNotice(notice),
  };
}

async function showNotice(notice: Diagnostic): Promise<void> {
  process.stderr.write(await renderForTerminal([notice], process.argv));
}

/** Reads a line without showing it. */
async function askHidden(question: string): Promise<string | undefined> {
  const [{ createInterface }, { Writable }] = await Promise.all([import('node:readline'), import('node:stream')]);
  process.stderr.write(`${question} `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  const answer = await new Promise<string | undefined>((resolve) => {
    prompt
      .once('line', resolve)
      .once('SIGINT', () => resolve(undefined))
      .once('close', () => resolve(undefined));
  });
  prompt.close();
  process.stderr.write('\n');
  return answer;
}
