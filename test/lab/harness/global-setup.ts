import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildIfStale } from './build.ts';
import { bringUp, LAB_SCRIPT } from './lab.ts';

/** What the test files are told: where the lab is, or why there is none. */
export interface LabState {
  readonly directory: string;
  readonly hostCount: number;
  readonly missing?: string | undefined;
}

declare module 'vitest' {
  export interface ProvidedContext {
    lab: LabState;
  }
}

const HOST_COUNT = 3;

/**
 * Brings up one lab for all test files of the run and takes it down at the end, also after a failure or Ctrl-C.
 * With STOWAGE_LAB_DIR set, a lab there is used (brought up if need be) and left running.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const kept = process.env.STOWAGE_LAB_DIR;
  const directory = kept ?? join(tmpdir(), `stowage-lab-${process.pid}`);
  const missing = await bringUp(directory, HOST_COUNT).catch((problem: NodeJS.ErrnoException) => {
    if (problem.code === 'ENOENT') return 'needs Linux with bash';
    throw problem;
  });
  project.provide('lab', { directory, hostCount: HOST_COUNT, missing });
  if (missing !== undefined) return () => undefined;
  const control = (...args: string[]) =>
    spawnSync(LAB_SCRIPT, args, { env: { ...process.env, LAB_DIR: directory }, stdio: 'ignore' });
  if (kept === undefined) control('guard', String(process.pid)); // for when this process is killed
  buildIfStale();
  return () => {
    if (kept === undefined) control('down');
  };
}
