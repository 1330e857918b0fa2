#!/usr/bin/env node
/** Runs the scheduling conformance cases of `STOWAGE_SCHEDULING_CASES`; ends with `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const named = process.env.STOWAGE_SCHEDULING_CASES;
const folder = resolve(root, named ?? '../shared/conformance/scheduling');
if (existsSync(folder)) {
  const main = 'test/conformance/scheduling/main.ts';
  const run = spawnSync(process.execPath, ['--import', 'tsx', main, folder], { cwd: root, stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} else {
  console.log(`no cases in ${folder}`);
  console.log(named === undefined ? '0 passed, 0 failed' : '0 passed, 1 failed');
  process.exitCode = named === undefined ? 0 : 1;
}
