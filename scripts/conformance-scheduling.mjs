#!/usr/bin/env node
/** Runs the scheduling conformance cases of `STOWAGE_SCHEDULING_CASES`; ends with `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.env.STOWAGE_SCHEDULING_CASES ?? '../shared/conformance/scheduling';
if (!existsSync(new URL(folder, new URL('../', import.meta.url)))) {
  console.log(`no cases in ${folder}`);
  console.log('0 passed, 0 failed');
} else {
  const main = 'test/conformance/scheduling/main.ts';
  const run = spawnSync(process.execPath, ['--import', 'tsx', main, folder], { cwd: root, stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
}
