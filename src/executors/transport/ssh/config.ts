import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { Environment } from '../default-host.ts';
import { readConfigFiles } from './config-file.ts';
import { configArguments, homeOf, underHome } from './home.ts';
import type { SshRequest, SshSettings, SshTarget } from './target.ts';

/**
 * Merges an address with what `~/.ssh/config` says of it. `ssh -G` is asked where there is an ssh command, as it alone
 * knows every rule of that file; else the file is read here. `STOWAGE_SSH_CONFIG` names another file, as `ssh -F` does.
 */
export async function resolveTarget(request: SshRequest, env: Environment): Promise<SshTarget> {
  const settings = (await askSsh(request, env)) ?? (await readConfigFiles(request.host, env));
  return toTarget(request, settings, env);
}

async function askSsh(request: SshRequest, env: Environment): Promise<SshSettings | undefined> {
  const args = ['-G', ...configArguments(env)];
  if (request.user !== undefined) args.push('-l', request.user);
  if (request.port !== undefined) args.push('-p', String(request.port));
  args.push('--', request.host);
  try {
    const { stdout } = await promisify(execFile)('ssh', args, { timeout: 5_000, env: { ...env } });
    return parseSettings(stdout);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Reads the `keyword value` lines that `ssh -G` prints. */
export function parseSettings(text: string): SshSettings {
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space <= 0) continue;
    const key = line.slice(0, space).toLowerCase();
    const values = settings.get(key) ?? [];
    values.push(line.slice(space + 1).trim());
    settings.set(key, values);
  }
  return settings;
}

/** Pure but for the user's name: settings and address to a target, with `~` and the % tokens replaced. */
export function toTarget(request: SshRequest, settings: SshSettings, env: Environment): SshTarget {
  const one = (key: string) => settings.get(key)?.[0];
  const some = (key: string) => {
    const value = one(key);
    return value === undefined || value.toLowerCase() === 'none' ? undefined : value;
  };
  const user = request.user ?? one('user') ?? env.USER ?? userInfo().username;
  const port = request.port ?? Number(one('port') ?? 22);
  const host = (one('hostname') ?? request.host).replaceAll('%h', request.host).replaceAll('%%', '%');
  const expand = tokenExpander({ alias: request.host, host, port, user, env, keyAlias: some('hostkeyalias') });
  const files = (key: string) => (one(key) ?? '').split(/\s+/).filter(Boolean).map(expand);
  const jump =
    request.jump ??
    some('proxyjump')
      ?.split(',')
      .map((hop) => expand(hop.trim())) ??
    [];
  const connectTimeoutMs = 1000 * Number(some('connecttimeout') ?? 0);
  const proxyCommand = jump.length > 0 ? undefined : some('proxycommand');
  const identityFiles = (settings.get('identityfile') ?? []).filter((file) => file !== 'none').map(expand);
  return {
    alias: request.host,
    host,
    port,
    user,
    ...(connectTimeoutMs > 0 ? { connectTimeoutMs } : {}),
    identityFiles: request.identityFile ? [expand(request.identityFile)] : identityFiles,
    identitiesOnly: request.identityFile !== undefined || one('identitiesonly') === 'yes',
    agentSocket: agentSocket(one('identityagent'), expand, env),
    knownHostsFiles: files('userknownhostsfile').map((file) => underHome(file, env)),
    globalKnownHostsFiles: files('globalknownhostsfile'),
    hostKeyAlias: some('hostkeyalias'),
    hashKnownHosts: one('hashknownhosts') === 'yes',
    hostKeyPolicy: ['accept-new', 'no', 'off', 'false'].includes(one('stricthostkeychecking') ?? '')
      ? 'accept-new'
      : 'strict',
    jump,
    ...(proxyCommand === undefined ? {} : { proxyCommand: expand(proxyCommand) }),
    hasCertificate: settings.has('certificatefile'),
  };
}

function agentSocket(
  setting: string | undefined,
  expand: (text: string) => string,
  env: Environment,
): string | undefined {
  if (setting === 'none') return undefined;
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') return env.SSH_AUTH_SOCK || undefined;
  return setting.startsWith('$') ? env[setting.slice(1).replace(/[{}]/g, '')] : expand(setting);
}

interface Tokens {
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly keyAlias?: string;
  readonly env: Environment;
}

/** Replaces `~`, `${NAME}` and the % tokens of ssh_config(5), "TOKENS". */
function tokenExpander({ alias, host, port, user, keyAlias, env }: Tokens): (text: string) => string {
  const home = homeOf(env);
  const local = hostname();
  const tokens: Record<string, string> = {
    '%': '%',
    d: home,
    h: host,
    n: alias,
    k: keyAlias ?? alias,
    p: String(port),
    r: user,
    u: env.USER ?? userInfo().username,
    i: String(process.getuid?.() ?? ''),
    l: local,
    L: local.split('.')[0] ?? local,
    j: '',
    C: createHash('sha1').update(`${local}${host}${port}${user}`).digest('hex'),
  };
  return (text) =>
    text
      .replace(/^~(?=\/|$)/, home)
      .replace(/\$\{(\w+)\}/g, (_all, name: string) => env[name] ?? '')
      .replace(/%(.)/g, (all, letter: string) => tokens[letter] ?? all);
}
