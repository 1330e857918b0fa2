import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LAB_SCRIPT, labSettings } from './lab.ts';

/** What the test files are told: where the labs are, or why there are none. */
export interface LabState {
  /** Of the first worker's lab; each further worker has one of its own beside it. */
  readonly directory: string;
  readonly hostCount: number;
  /** The process that the labs end with; absent for a lab that is kept. */
  readonly owner?: number | undefined;
  readonly missing?: string | undefined;
}

/** So many test files run at once, each on a lab of its own: they wait more than they compute. */
export const MAX_LABS = Number(process.env.STOWAGE_LABS ?? 5);

export function labDirectories({ directory, owner }: LabState): readonly string[] {
  if (owner === undefined) return [directory];
  return Array.from({ length: MAX_LABS }, (_, index) => (index === 0 ? directory : `${directory}-${index + 1}`));
}

/** The directory of this worker's lab, which is brought up by its first test file. */
export function labOfWorker(state: LabState): string {
  const directories = labDirectories(state);
  const worker = Number(process.env.VITEST_POOL_ID ?? 1);
  const directory = directories[(worker - 1) % directories.length] ?? state.directory;
  if (!existsSync(join(directory, 'ssh_config'))) {
    const { status, stderr } = controlLab(directory, 'up', String(state.hostCount));
    if (status !== 0) throw new Error(`the lab in ${directory} did not come up:\n${stderr}`);
    if (state.owner !== undefined) controlLab(directory, 'guard', String(state.owner));
  }
  return directory;
}

export function controlLab(directory: string, ...args: string[]) {
  return spawnSync(LAB_SCRIPT, args, { env: labSettings(directory), encoding: 'utf8' });
}
