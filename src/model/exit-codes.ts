/** Exit codes, the same in every command. A failed, refused or declined run is never 0. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** Only with `--detailed-exitcode`. */
  changes: 2,
  rolledBack: 3,
  usage: 64,
  locked: 75,
  stalePlan: 76,
  policy: 77,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
