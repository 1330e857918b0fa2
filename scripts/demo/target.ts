import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const APP = join(ROOT, 'fixtures', 'demo');
export const STOWAGE = [process.execPath, join(ROOT, 'bin', 'run.cjs')] as const;

/** Where the demo runs. */
export interface Target {
  readonly description: string;
  /** Flags that every stowage command needs here. */
  readonly flags: readonly string[];
  /** Sees to it that the app's images are there. */
  prepare(): Promise<void>;
  /** Runs `stowage ARGS` on the terminal and returns its exit code. */
  stowage(args: readonly string[]): Promise<number>;
  /** Where the web tier answers. */
  readonly urls: readonly string[];
  /** The body of one answer; throws without one. */
  fetch(url: string): Promise<string>;
  down(): Promise<number>;
}

export interface ShowOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command on our own terminal. */
export function show(command: string, args: readonly string[], options: ShowOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 130));
  });
}
