import { existsSync } from 'node:fs';
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

/**
 * What tells the ssh command which configuration to read: `STOWAGE_SSH_CONFIG`, or the file of a `HOME` that is not
 * the account's, as ssh itself looks into the account's only.
 */
export function configArguments(env: Environment): string[] {
  if (env.STOWAGE_SSH_CONFIG) return ['-F', env.STOWAGE_SSH_CONFIG];
  if (!hasOwnHome(env)) return [];
  const file = [userConfigFile(env), '/etc/ssh/ssh_config'].find((path) => existsSync(path));
  return ['-F', file ?? '/dev/null'];
}

/** Puts a path that ssh has expanded with the account's home below `HOME`. */
export function underHome(path: string, env: Environment): string {
  const account = `${userInfo().homedir}/.ssh/`;
  return hasOwnHome(env) && path.startsWith(account) ? join(homeOf(env), '.ssh', path.slice(account.length)) : path;
}

function hasOwnHome(env: Environment): boolean {
  return Boolean(env.HOME) && env.HOME !== userInfo().homedir;
}
