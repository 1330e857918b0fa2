import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../default-host.ts';

/** The home that `~` means: `HOME`, else the account's. */
export function homeOf(env: Environment): string {
  return env.HOME || userInfo().homedir;
}

/** `~/.ssh/config`, or the file `STOWAGE_SSH_CONFIG` names. */
export function userConfigFile(env: Environment): string {
  return env.STOWAGE_SSH_CONFIG || join(homeOf(env), '.ssh', 'config');
}
