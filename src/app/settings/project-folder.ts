import { dirname } from 'node:path';
import type { Settings } from '../settings.ts';

/** Folder that relative paths of the input start from, absolute. */
export function projectFolder({ projectDirectory, files, cwd }: Settings): string {
  const [first] = files;
  return projectDirectory ?? (first === undefined || first === '-' ? cwd : dirname(first));
}
