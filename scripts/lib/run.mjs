import { spawn } from 'node:child_process';

/**
 * Runs a command with an empty stdin and collects what it prints.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean}} options `show`: print its output as it comes
 * @returns {Promise<{exitCode: number, output: string}>} 127 when it could not be started, 128 when a signal ended it
 */
export function run(command, args, { cwd, env, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    const collect = (target) => (chunk) => {
      chunks.push(chunk);
      if (show) target.write(chunk);
    };
    child.stdout.on('data', collect(process.stdout));
    child.stderr.on('data', collect(process.stderr));
    child.on('error', (error) => resolve({ exitCode: 127, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ exitCode: code ?? 128, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
