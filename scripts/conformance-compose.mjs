/**
 * Runs the compose conformance cases through the real command and ends with `N passed, N failed`.
 *
 * STOWAGE_COMPOSE_CASES is the folder with the cases and their run.mjs (default: ../shared/conformance/compose).
 * Further arguments go to run.mjs, e.g. `--verbose all` or `--only interpolation`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CASES = resolve(ROOT, process.env.STOWAGE_COMPOSE_CASES ?? '../shared/conformance/compose');
const RUNNER = join(CASES, 'run.mjs');

function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function run(args) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [RUNNER, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', fail);
    child.on('close', done);
  });
}

if (!existsSync(RUNNER)) {
  console.log(`no compose cases at ${CASES}; set STOWAGE_COMPOSE_CASES`);
  console.log('0 passed, 0 failed');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-conformance-'));
  const results = join(folder, 'results.json');
  const stowage = `${quote(process.execPath)} ${quote(join(ROOT, 'bin', 'run.cjs'))} config`;
  try {
    await run([
      '--cmd',
      `${stowage} {args} --format json`,
      '--stack-cmd',
      `${stowage} --stack-format {args} --format json`,
      '--json',
      results,
      ...process.argv.slice(2),
    ]);
    const { total, pass } = JSON.parse(readFileSync(results, 'utf8'));
    console.log(`${pass} passed, ${total - pass} failed`);
    process.exitCode = pass === total ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
