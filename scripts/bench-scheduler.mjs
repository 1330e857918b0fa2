#!/usr/bin/env node
/** Measures placing, pure and without I/O: how long, how much memory, and how it grows. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = 'test/planner/placement/bench-main.ts';
const run = spawnSync(process.execPath, ['--import', 'tsx', main], { cwd: root, stdio: 'inherit' });
process.exitCode = run.status ?? 1;
