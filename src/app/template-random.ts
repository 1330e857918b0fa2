import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from './settings.ts';

/**
 * Where generated template parameters come from. The values have to be the same in every run, or each plan would
 * change every password, and nobody may guess them: so they are drawn from a key that this machine makes once.
 *
 * @returns for a parameter of a template a source of whole numbers below a bound
 */
export function templateRandom(stack: string, env: Environment): (parameter: string) => (below: number) => number {
  let key: Buffer | undefined;
  return (parameter) => {
    key ??= readKey(env);
    return numbersFrom(key, `${stack}/${parameter}`);
  };
}

function numbersFrom(key: Buffer, context: string): (below: number) => number {
  let block = 0;
  let pool: number[] = [];
  const next = () => {
    if (pool.length === 0) {
      const bytes = createHmac('sha256', key).update(`${context}/${block++}`).digest();
      pool = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32BE(i * 4));
    }
    return pool.pop() ?? 0;
  };
  return (below) => {
    const limit = 2 ** 32 - (2 ** 32 % below);
    let value = next();
    while (value >= limit) value = next();
    return value % below;
  };
}

function readKey(env: Environment): Buffer {
  const path = join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'stowage', 'template-key');
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(32);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, key, { mode: 0o600, flag: 'wx' });
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(path);
  }
}
