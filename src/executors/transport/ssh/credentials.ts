import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AnyAuthMethod } from 'ssh2';
import { agentWith, isUsable, listAgentKeys } from './agent-keys.ts';
import type { KeyRing } from './key-ring.ts';
import { loadKey } from './keys.ts';
import type { SshTarget } from './target.ts';

/** What was offered to a server, and what could not be; it ends up in the error message. */
export interface Offered {
  readonly tried: string[];
  readonly notTried: string[];
  /** Why the ssh command might succeed where this did not. */
  readonly forSsh: string[];
}

/**
 * Ways to log in, in the order of ssh: the agent's keys, key files, then encrypted key files, whose passphrase is
 * asked only when nothing else was accepted.
 */
export async function* credentials(
  target: SshTarget,
  keyRing: KeyRing,
  offered: Offered,
): AsyncGenerator<AnyAuthMethod> {
  const username = target.user;
  if (target.hasCertificate) offered.forSsh.push('a certificate');
  const held = yield* fromAgent(target, offered);
  const locked: string[] = [];
  for (const file of target.identityFiles) {
    if (existsSync(`${file}-cert.pub`)) offered.forSsh.push(`certificate ${file}-cert.pub`);
    const publicKey = await publicKeyOf(file);
    if (publicKey !== undefined && held.has(publicKey)) continue;
    const key = await loadKey(file);
    if (key.state === 'encrypted') locked.push(file);
    if (key.state === 'unusable') {
      offered.notTried.push(`${file} (${key.why})`);
      if (key.forSsh) offered.forSsh.push(file);
    }
    if (key.state !== 'ready') continue;
    offered.tried.push(file);
    yield { type: 'publickey', username, key: key.privateKey };
  }
  for (const file of locked) {
    const key = await unlock(file, keyRing, offered);
    if (key) yield { type: 'publickey', username, ...key };
  }
  yield { type: 'none', username };
}

async function* fromAgent(target: SshTarget, offered: Offered): AsyncGenerator<AnyAuthMethod, Set<string>> {
  const { agentSocket } = target;
  if (agentSocket === undefined) return new Set();
  const allowed = target.identitiesOnly ? new Set(await Promise.all(target.identityFiles.map(publicKeyOf))) : undefined;
  const all = await listAgentKeys(agentSocket);
  const wanted = all.filter(({ blob }) => allowed === undefined || allowed.has(blob.toString('base64')));
  const usable = wanted.filter(isUsable);
  if (usable.length < wanted.length) offered.forSsh.push(`${wanted.length - usable.length} key(s) in the agent`);
  if (usable.length > 0) {
    offered.tried.push(`${usable.length} key(s) from the agent`);
    yield { type: 'agent', username: target.user, agent: await agentWith(agentSocket, usable) };
  }
  return new Set(usable.map(({ blob }) => blob.toString('base64')));
}

/** Base64 of the public key beside a private one. */
async function publicKeyOf(file: string): Promise<string | undefined> {
  try {
    return (await readFile(`${file}.pub`, 'utf8')).split(/\s+/)[1];
  } catch {
    return undefined;
  }
}

async function unlock(file: string, keyRing: KeyRing, offered: Offered) {
  const key = await keyRing.unlock(file);
  if (key === 'no-terminal')
    offered.notTried.push(`${file} (encrypted, and there is no terminal to ask for its passphrase)`);
  else if (key === 'no-passphrase') offered.notTried.push(`${file} (no passphrase given)`);
  else {
    offered.tried.push(file);
    return key;
  }
  return undefined;
}
