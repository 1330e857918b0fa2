import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildIfStale } from './build.ts';
import { bringUp } from './lab.ts';
import { controlLab, type LabState, labDirectories } from './pool.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    lab: LabState;
  }
}

const HOST_COUNT = 3;

/**
 * Brings up the first lab and takes all of the run's labs down at the end, also after a failure or Ctrl-C.
 * With STOWAGE_LAB_DIR set, a lab there is used (brought up if need be) and left running.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const kept = process.env.STOWAGE_LAB_DIR;
  const directory = kept ?? join(tmpdir(), `stowage-lab-${process.pid}`);
  const missing = await bringUp(directory, HOST_COUNT).catch((problem: NodeJS.ErrnoException) => {
    if (problem.code === 'ENOENT') return 'needs Linux with bash';
    throw problem;
  });
  const owner = kept === undefined ? process.pid : undefined;
  const state: LabState = { directory, hostCount: HOST_COUNT, owner, missing };
  project.provide('lab', state);
  if (missing !== undefined) return () => undefined;
  if (owner !== undefined) controlLab(directory, 'guard', String(owner)); // for when this process is killed
  buildIfStale();
  return () => {
    if (owner === undefined) return;
    for (const path of labDirectories(state).filter((path) => existsSync(path))) controlLab(path, 'down');
  };
}
