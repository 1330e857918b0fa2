import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError } from '../../../model/diagnostic.ts';
import { EXIT } from '../../../model/exit-codes.ts';
import { dockerConfigDir, type Environment } from '../../transport/default-host.ts';

interface DockerConfig {
  readonly auths?: Readonly<Record<string, StoredAuth>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** An entry of a docker configuration. */
export interface StoredAuth {
  /** base64 of `user:password`. */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** `AuthConfig` of the engine's API. */
interface AuthConfig {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
  readonly serveraddress: string;
}

const DOCKER_HUB = 'https://index.docker.io/v1/';
const HELPER_TIMEOUT_MS = 30_000;
/** A helper says this when it has nothing for the registry; that is no failure. */
const NOT_FOUND = /credentials not found/i;

/**
 * The `X-Registry-Auth` header for a registry (`docker.io`, `registry.example:5000`), from what `docker login` left on
 * this machine: its config file, or a credential helper.
 *
 * @returns undefined for anonymous
 * @throws DiagnosticError `registry/credentials` when they are there but cannot be read
 */
export async function registryAuth(registry: string, env: Environment = process.env): Promise<string | undefined> {
  const file = join(dockerConfigDir(env), 'config.json');
  const config = await readConfig(file);
  const auth = (await fromHelper(config, registry, env)) ?? fromFile(config, registry, file);
  return auth === undefined ? undefined : encode(auth);
}

/** The engine's decoder wants the padding, and takes a header it cannot read for anonymous. */
function encode(auth: AuthConfig): string {
  return Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

async function readConfig(file: string): Promise<DockerConfig> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as DockerConfig;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    // The parser's own message quotes the text, which holds passwords.
    throw credentialsFailure(
      file,
      error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message,
      `mend ${file}`,
    );
  }
}

/** The name a registry goes by in the config file. */
function keysOf(registry: string): string[] {
  if (registry === 'docker.io') return [DOCKER_HUB, 'https://index.docker.io/v1', 'index.docker.io', 'docker.io'];
  return [registry, `https://${registry}`, `http://${registry}`, `https://${registry}/v1/`, `https://${registry}/v2/`];
}

function fromFile(config: DockerConfig, registry: string, file: string): AuthConfig | undefined {
  const key = keysOf(registry).find((name) => config.auths?.[name] !== undefined);
  const stored = key === undefined ? undefined : config.auths?.[key];
  return stored === undefined ? undefined : decode(stored, registry, file);
}

/**
 * The header an entry gives; undefined when it holds no credentials.
 *
 * @throws DiagnosticError `registry/credentials` when it is damaged
 */
export function authHeader(stored: StoredAuth, registry: string, where: string): string | undefined {
  const auth = decode(stored, registry, where);
  return auth === undefined ? undefined : encode(auth);
}

function decode(stored: StoredAuth, registry: string, file: string): AuthConfig | undefined {
  const { identitytoken, registrytoken } = stored;
  const decoded = stored.auth ? Buffer.from(stored.auth, 'base64').toString('utf8').replace(/\0+$/, '') : '';
  const colon = decoded.indexOf(':');
  if (stored.auth && colon < 0)
    throw credentialsFailure(file, `the entry of ${registry} is damaged`, `docker login ${registry}`);
  const username = stored.username ?? (colon < 0 ? undefined : decoded.slice(0, colon));
  const password = stored.password ?? (colon < 0 ? undefined : decoded.slice(colon + 1));
  if (!username && !identitytoken && !registrytoken) return undefined;
  return { username, password, identitytoken, registrytoken, serveraddress: serverAddress(registry) };
}

async function fromHelper(config: DockerConfig, registry: string, env: Environment): Promise<AuthConfig | undefined> {
  const keys = keysOf(registry);
  const helper = keys.map((key) => config.credHelpers?.[key]).find(Boolean) ?? config.credsStore;
  if (!helper) return undefined;
  const server = serverAddress(registry);
  const answer = await runHelper(helper, server, env);
  if (answer === undefined) return undefined;
  const { Username, Secret } = answer;
  // An identity token goes by this user name.
  if (Username === '<token>') return { identitytoken: Secret, serveraddress: server };
  return { username: Username, password: Secret, serveraddress: server };
}

async function runHelper(
  helper: string,
  server: string,
  env: Environment,
): Promise<{ Username?: string; Secret?: string } | undefined> {
  const command = `docker-credential-${helper}`;
  const { error, stdout, stderr } = await new Promise<{ error: Error | null; stdout: string; stderr: string }>(
    (resolve) => {
      const options = { timeout: HELPER_TIMEOUT_MS, env: { ...env } };
      const child = execFile(command, ['get'], options, (e, out, err) =>
        resolve({ error: e, stdout: out, stderr: err }),
      );
      child.stdin?.on('error', () => {});
      child.stdin?.end(server);
    },
  );
  if (error === null) {
    try {
      return JSON.parse(stdout) as { Username?: string; Secret?: string };
    } catch {
      throw credentialsFailure(command, 'its answer is not JSON', `try: echo ${server} | ${command} get`);
    }
  }
  // Helpers print their error on stdout; it holds no secret then.
  const said = `${stdout}${stderr}`.trim();
  if (NOT_FOUND.test(said)) return undefined;
  const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such command' : said || error.message;
  throw credentialsFailure(
    command,
    why,
    `install ${command}, or remove it from the docker configuration and log in again`,
  );
}

function serverAddress(registry: string): string {
  return registry === 'docker.io' ? DOCKER_HUB : registry;
}

export function credentialsFailure(where: string, why: string, fix: string): DiagnosticError {
  const message = 'credentials of a registry cannot be read';
  return new DiagnosticError(
    [{ severity: 'error', code: 'registry/credentials', message, where, why, fix }],
    EXIT.failed,
  );
}
