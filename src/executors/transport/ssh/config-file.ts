import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { Environment } from '../default-host.ts';
import { homeOf, userConfigFile } from './home.ts';
import type { SshSettings } from './target.ts';

const DEFAULT_KEYS = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'];

/**
 * What `~/.ssh/config` and `/etc/ssh/ssh_config` say of a host, for machines without the ssh command. `Include` is
 * followed; `Match` lines other than `host`, `originalhost` and `user` are left to the ssh command.
 */
export async function readConfigFiles(host: string, env: Environment): Promise<SshSettings> {
  const main = userConfigFile(env);
  const texts = [await readWithIncludes(main, env, 0)];
  if (!env.STOWAGE_SSH_CONFIG) texts.push(await readWithIncludes('/etc/ssh/ssh_config', env, 0));
  const { default: SSHConfig } = await import('ssh-config');
  const settings = new Map<string, string[]>(defaults());
  const identities: string[] = [];
  const seen = new Set<string>();
  for (const text of texts) {
    const computed = SSHConfig.parse(withoutMatchExec(text)).compute(host, { ignoreCase: true });
    for (const [key, value] of Object.entries(computed)) {
      const values = (Array.isArray(value) ? value : [value]).map(String);
      const name = key.toLowerCase();
      if (name === 'identityfile') identities.push(...values);
      else if (!seen.has(name)) {
        seen.add(name);
        settings.set(name, [values.join(' ')]);
      }
    }
  }
  if (identities.length > 0) settings.set('identityfile', identities);
  return settings;
}

function defaults(): [string, string[]][] {
  return [
    ['identityfile', DEFAULT_KEYS.map((name) => `~/.ssh/${name}`)],
    ['userknownhostsfile', ['~/.ssh/known_hosts ~/.ssh/known_hosts2']],
    ['globalknownhostsfile', ['/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2']],
  ];
}

/** `Match exec` runs a command of the file's choosing; without ssh that is not ours to do. */
function withoutMatchExec(text: string): string {
  return text.replace(/^\s*Match\s+.*\b(exec|canonical|final|localuser|tagged)\b.*$/gim, 'Match host ""');
}

async function readWithIncludes(path: string, env: Environment, depth: number): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return '';
  }
  if (depth > 15) return text;
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const include = /^\s*Include\s+(.*)$/i.exec(line)?.[1];
    if (include === undefined) lines.push(line);
    else
      for (const file of await matching(include, path, env)) lines.push(await readWithIncludes(file, env, depth + 1));
  }
  return lines.join('\n');
}

async function matching(patterns: string, from: string, env: Environment): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const base = from.startsWith('/etc/') ? '/etc/ssh' : join(homeOf(env), '.ssh');
  const found: string[] = [];
  for (const raw of patterns.split(/\s+/).filter(Boolean)) {
    const pattern = raw.replace(/^"|"$/g, '').replace(/^~(?=\/)/, homeOf(env));
    const absolute = isAbsolute(pattern) ? pattern : join(base, pattern);
    if (!/[*?[]/.test(absolute)) found.push(absolute);
    else
      found.push(
        ...(await glob(absolute, { absolute: true, dot: true, cwd: dirname(absolute.split(/[*?[]/)[0] ?? '/') })),
      );
  }
  return found.sort();
}
