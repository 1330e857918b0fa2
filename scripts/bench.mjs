/**
 * All benchmarks, one after the other: each prints ratios against a floor measured in the same run.
 *
 *   npm run bench [-- NAME…]     only these, e.g. startup scheduler
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

let failed = 0;
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [join(FOLDER, `bench-${name}.mjs`)], { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
process.exitCode = failed > 0 ? 1 : 0;
