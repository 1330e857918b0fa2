import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { type PayloadRequest, requestKey } from '../model/payload-request.ts';
import type { Environment } from './settings.ts';

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 64 * 1024 * 1024;
const NO_COMMAND = 'there is no command';

/**
 * Runs the commands and decrypts the files that configs and secrets come from, all at once.
 *
 * @param folder that relative paths start from, and commands run in
 * @returns bytes by `requestKey`
 * @throws DiagnosticError (64) naming every source that gives nothing; never with what a source printed to stdout
 */
export async function fetchPayloads(
  requests: readonly PayloadRequest[],
  folder: string,
  env: Environment,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const unique = [...new Map(requests.map((r) => [requestKey(r), r])).values()];
  const problems: Diagnostic[] = [];
  const found = await Promise.all(
    unique.map(async (request) => {
      try {
        return [requestKey(request), await fetchOne(request, folder, env)] as const;
      } catch (error) {
        problems.push(failed(request, error as Error));
        return undefined;
      }
    }),
  );
  if (problems.length > 0) throw new DiagnosticError(problems, EXIT.usage);
  return new Map(found.filter((entry) => entry !== undefined));
}

async function fetchOne(request: PayloadRequest, folder: string, env: Environment): Promise<Uint8Array> {
  switch (request.type) {
    case 'command':
      return withoutLastBreak(await run(request.command, folder, env));
    case 'sops': {
      const extract = request.key === undefined ? [] : ['--extract', sopsPath(request.key)];
      return await run(['sops', '--decrypt', ...extract, resolve(folder, request.file)], folder, env);
    }
    case 'age':
      return await decryptAge(resolve(folder, request.file), identityFile(request.identity, folder, env));
  }
}

async function run(command: readonly string[], cwd: string, env: Environment): Promise<Uint8Array> {
  const { execFile } = await import('node:child_process');
  const [file = '', ...argv] = command;
  const options = { cwd, env: { ...env }, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, encoding: 'buffer' as const };
  return await new Promise((done, reject) => {
    execFile(file, argv, options, (error, stdout, stderr) => {
      if (error === null) return done(stdout);
      const { code } = error as NodeJS.ErrnoException;
      const said = stderr.toString('utf8').trim().slice(-500);
      const ended = code === 'ENOENT' ? `${NO_COMMAND} ${file}` : `it ended with ${String(code ?? error.message)}`;
      reject(new Error([ended, said].filter(Boolean).join(': ')));
    });
  });
}

function withoutLastBreak(bytes: Uint8Array): Uint8Array {
  const end = bytes.at(-1) !== 10 ? bytes.length : bytes.at(-2) === 13 ? bytes.length - 2 : bytes.length - 1;
  return bytes.subarray(0, end);
}

/** `database.password` → `["database"]["password"]`; a path in that form already stays. */
function sopsPath(key: string): string {
  return key.startsWith('[')
    ? key
    : key
        .split('.')
        .map((part) => `[${JSON.stringify(part)}]`)
        .join('');
}

function identityFile(named: string | undefined, folder: string, env: Environment): string {
  const file = named ?? env.AGE_IDENTITY_FILE ?? env.SOPS_AGE_KEY_FILE;
  const home = env.HOME ?? homedir();
  if (file === undefined) return join(home, '.config', 'sops', 'age', 'keys.txt');
  return resolve(folder, file.replace(/^~(?=\/)/, home));
}

async function decryptAge(file: string, identity: string): Promise<Uint8Array> {
  const { Decrypter, armor } = await import('age-encryption');
  const decrypter = new Decrypter();
  for (const line of readFileSync(identity, 'utf8').split('\n')) {
    if (line.startsWith('AGE-SECRET-KEY-')) decrypter.addIdentity(line.trim());
  }
  const bytes = readFileSync(file);
  const isArmoured = bytes.subarray(0, 64).toString('latin1').trimStart().startsWith('-----BEGIN AGE');
  return await decrypter.decrypt(isArmoured ? armor.decode(bytes.toString('utf8')) : bytes);
}

function failed(request: PayloadRequest, error: Error): Diagnostic {
  const detail = request.type === 'command' ? request.command.join(' ') : request.file;
  return {
    severity: 'error',
    code: 'payload/source',
    message: 'the source of a config or secret gives nothing',
    detail: `${request.type}: ${detail}`,
    why: error.message,
    fix: fixOf(request, error),
  };
}

function fixOf(request: PayloadRequest, { message }: Error): string {
  if (request.type === 'age') return 'give the key with identity:, or in AGE_IDENTITY_FILE';
  const command = request.type === 'command' ? request.command : ['sops', '--decrypt', request.file];
  return message.startsWith(NO_COMMAND)
    ? `install ${command[0]} on this machine`
    : `run it by hand: ${command.join(' ')}`;
}
