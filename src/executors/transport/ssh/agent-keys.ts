import { connect } from 'node:net';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { keyType } from './known-hosts.ts';

export interface AgentKey {
  readonly type: string;
  readonly blob: Buffer;
}

const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;

/** The public keys an ssh-agent holds (draft-miller-ssh-agent, 3.5); none when there is no agent behind the socket. */
export async function listAgentKeys(socketPath: string): Promise<AgentKey[]> {
  try {
    return parseIdentities(await ask(socketPath, Buffer.from([0, 0, 0, 1, REQUEST_IDENTITIES])));
  } catch {
    return [];
  }
}

/** True for keys that ssh2 can sign with; certificates and security keys it cannot. */
export function isUsable(key: AgentKey): boolean {
  return !key.type.includes('-cert-') && !key.type.startsWith('sk-');
}

/** An agent that shows some of its keys only, so that the server's limit of tries is not spent on the others. */
export async function agentWith(socketPath: string, keys: readonly AgentKey[]): Promise<BaseAgent> {
  const { default: ssh2 } = await import('ssh2');
  const shown: ParsedKey[] = [];
  for (const { type, blob } of keys) {
    const parsed = ssh2.utils.parseKey(Buffer.from(`${type} ${blob.toString('base64')}`));
    if (!(parsed instanceof Error)) shown.push(parsed);
  }
  const agent = new ssh2.OpenSSHAgent(socketPath);
  agent.getIdentities = (callback) => callback(null, shown);
  return agent;
}

async function ask(socketPath: string, message: Buffer): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const chunks: Buffer[] = [];
    socket.setTimeout(3_000, () => socket.destroy(new Error('the agent does not answer')));
    socket.on('error', reject);
    socket.on('connect', () => socket.write(message));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const answer = Buffer.concat(chunks);
      if (answer.length < 4 || answer.length < 4 + answer.readUInt32BE(0)) return;
      socket.destroy();
      resolve(answer.subarray(4));
    });
    socket.on('close', () => reject(new Error('the agent hung up')));
  });
}

function parseIdentities(answer: Buffer): AgentKey[] {
  if (answer[0] !== IDENTITIES_ANSWER) return [];
  const keys: AgentKey[] = [];
  let at = 5;
  const field = () => {
    const length = answer.readUInt32BE(at);
    const value = answer.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    return value;
  };
  for (let count = answer.readUInt32BE(1); count > 0; count--) {
    const blob = field();
    field();
    keys.push({ type: keyType(blob), blob });
  }
  return keys;
}
