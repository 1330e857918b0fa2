import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { DEFAULT_SOCKET, parseHostAddress } from '../../model/host-address.ts';
import type { HostAddress, HostEntry } from '../../model/inventory.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The engine meant when nobody names one, as the docker command line has it: `DOCKER_HOST`, then
 * `DOCKER_CONTEXT`, then the current context of `~/.docker/config.json`, then the default socket.
 *
 * @returns an entry named `local` for a socket on this machine, else after the host's name
 * @throws DiagnosticError `host/default-invalid` when what is configured cannot be used
 */
export function defaultHost(env: Environment = process.env): HostEntry {
  const address = fromDockerHost(env) ?? fromContext(env) ?? { type: 'unix', path: defaultSocket(env) };
  return { name: address.type === 'unix' ? 'local' : address.host, address, labels: {}, taints: [] };
}

/** Folder of the docker command line's own configuration. */
export function dockerConfigDir(env: Environment): string {
  return env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker');
}

function fromDockerHost(env: Environment): HostAddress | undefined {
  if (!env.DOCKER_HOST) return undefined;
  const address = parse(env.DOCKER_HOST, 'DOCKER_HOST', 'set DOCKER_HOST to one of these, or unset it');
  if (address.type !== 'tcp' || !env.DOCKER_TLS_VERIFY) return address;
  const folder = env.DOCKER_CERT_PATH || dockerConfigDir(env);
  return { ...address, tls: tlsFiles(folder) };
}

interface ContextMeta {
  readonly Name?: string;
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

function fromContext(env: Environment): HostAddress | undefined {
  const folder = dockerConfigDir(env);
  const config = readJson<{ currentContext?: string }>(join(folder, 'config.json'));
  const name = env.DOCKER_CONTEXT || config?.currentContext;
  if (!name || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = readJson<ContextMeta>(join(folder, 'contexts', 'meta', id, 'meta.json'));
  const host = meta?.Endpoints?.docker?.Host;
  if (!host) {
    throw invalid({
      detail: `context "${name}"`,
      why: `${folder} has no context of this name with an engine in it`,
      fix: 'docker context ls, then docker context use NAME (or default)',
    });
  }
  const address = parse(
    host,
    `docker context "${name}"`,
    `docker context update ${name} --docker host=ssh://user@host`,
  );
  const tls = join(folder, 'contexts', 'tls', id, 'docker');
  return address.type === 'tcp' && existsSync(tls) ? { ...address, tls: tlsFiles(tls) } : address;
}

/** Rootless engines and Docker Desktop put their socket elsewhere; the first that is there counts. */
function defaultSocket(env: Environment): string {
  const home = env.HOME || homedir();
  const candidates = [
    DEFAULT_SOCKET,
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'docker.sock')] : []),
    join(home, '.docker', 'run', 'docker.sock'),
    join(home, '.docker', 'desktop', 'docker.sock'),
  ];
  return candidates.find((path) => existsSync(path)) ?? DEFAULT_SOCKET;
}

function tlsFiles(folder: string): { ca?: string; cert?: string; key?: string } {
  const present = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : undefined);
  return { ca: present('ca.pem'), cert: present('cert.pem'), key: present('key.pem') };
}

function parse(text: string, where: string, fix: string): HostAddress {
  const parsed = parseHostAddress(text);
  if (parsed.ok) return parsed.address;
  throw invalid({ where, detail: text, why: parsed.why, fix: `${parsed.fix}; ${fix}` });
}

function readJson<T>(path: string): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    throw invalid({ where: path, why: (error as Error).message, fix: `mend or remove ${path}` });
  }
}

function invalid(parts: Omit<Diagnostic, 'severity' | 'code' | 'message'>): DiagnosticError {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'host/default-invalid',
    message: 'the default engine cannot be told',
    ...parts,
  };
  return new DiagnosticError([diagnostic], EXIT.usage);
}
