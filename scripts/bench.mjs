/**
 * All benchmarks, one after the other: each prints ratios against a floor measured in the same run. Ends with a table.
 *
 *   npm run bench [-- NAME…]     only these, e.g. startup scheduler
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readResults, table } from './lib/results.mjs';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const all = readdirSync(FOLDER)
  .map((name) => /^bench-(.+)\.mjs$/.exec(name)?.[1])
  .filter((name) => name !== undefined)
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(64);
}

const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
const file = join(folder, 'results.jsonl');
writeFileSync(file, '');
const env = { ...process.env, STOWAGE_BENCH_RESULTS: file };
const load = () => loadavg()[0].toFixed(1);
const failed = [];
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n== ${name} (load ${load()} on ${cpus().length} processors)`);
  const { status } = spawnSync(process.execPath, [join(FOLDER, `bench-${name}.mjs`)], { stdio: 'inherit', env });
  if (status !== 0) failed.push(name);
}
console.log(`\n== all (load ${load()} on ${cpus().length} processors)\n${table(readResults(file))}`);
if (failed.length > 0) console.log(`could not be run, or said no: ${failed.join(', ')}`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed.length > 0 ? 1 : 0;
