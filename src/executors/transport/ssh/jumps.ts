import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Client } from 'ssh2';
import { parseJump } from '../../../model/host-address.ts';
import type { Environment } from '../default-host.ts';
import { failure, forHost } from '../failures.ts';
import { openWithin } from './channel-socket.ts';
import { resolveTarget } from './config.ts';
import { type LoginContext, LoginFailure, login } from './login.ts';
import type { SshTarget } from './target.ts';

/** Handshakes at a time through one bastion: sshd drops connections at random from ten half-open ones on. */
const HANDSHAKES_PER_JUMP = 8;
const MAX_DEPTH = 8;
const FORWARD_TIMEOUT_MS = 15_000;

interface Hop {
  readonly client: Promise<Client>;
  readonly limit: LimitFunction;
  users: number;
}

/** The bastions of one run: each is logged in to once, whatever the number of hosts behind it. */
export class Jumps {
  readonly #hops = new Map<string, Hop>();

  constructor(readonly env: Environment) {}

  /**
   * Logs in to a target, through its jump hosts or proxy command when it has any.
   *
   * @throws LoginFailure
   */
  async connect(target: SshTarget, context: LoginContext, depth = 0): Promise<Client> {
    if (target.proxyCommand !== undefined) {
      const command = target.proxyCommand;
      return await login(target, context, async () => overCommand(command));
    }
    if (target.jump.length === 0) return await login(target, context);
    const key = target.jump.join(',');
    const hop = this.#hop(key, target, context, depth);
    hop.users++;
    try {
      const bastion = await hop.client.catch((error) => Promise.reject(mine(error, context)));
      const client = await hop.limit(() => login(target, context, () => forward(bastion, target, context)));
      client.once('close', () => this.#release(key, hop));
      return client;
    } catch (error) {
      this.#release(key, hop);
      throw error;
    }
  }

  #hop(key: string, target: SshTarget, context: LoginContext, depth: number): Hop {
    const known = this.#hops.get(key);
    if (known) return known;
    const client = this.#openHop(target.jump, context, depth);
    const hop: Hop = { client, limit: pLimit(HANDSHAKES_PER_JUMP), users: 0 };
    this.#hops.set(key, hop);
    const forget = () => {
      if (this.#hops.get(key) === hop) this.#hops.delete(key);
    };
    client.then((opened) => opened.once('close', forget), forget);
    return hop;
  }

  /** The last hop, reached through those before it; only the first may have a way of its own in ~/.ssh/config. */
  async #openHop(jump: readonly string[], context: LoginContext, depth: number): Promise<Client> {
    const text = jump.at(-1) ?? '';
    const parsed = parseJump(text);
    const detail = `jump host ${text}`;
    if (!parsed) {
      const fix = 'write jump hosts as [user@]host[:port]';
      throw asLogin(failure(context.entry, 'host/jump-failed', { detail, why: 'it cannot be read', fix }));
    }
    if (depth >= MAX_DEPTH)
      throw asLogin(failure(context.entry, 'host/jump-failed', { detail, why: 'it leads in a circle' }));
    const before = jump.slice(0, -1);
    const own = await resolveTarget({ ...parsed, ...(before.length > 0 ? { jump: before } : {}) }, this.env);
    const { address } = context.entry;
    const extra = address.type === 'ssh' && address.identityFile ? [address.identityFile] : [];
    const hopTarget = { ...own, identityFiles: [...own.identityFiles, ...extra] };
    return await this.connect(hopTarget, { ...context, hop: text }, depth + 1);
  }

  #release(key: string, hop: Hop): void {
    hop.users--;
    if (hop.users > 0) return;
    if (this.#hops.get(key) === hop) this.#hops.delete(key);
    hop.client.then((client) => client.end(), ignore);
  }
}

async function forward(bastion: Client, target: SshTarget, { entry }: LoginContext): Promise<Duplex> {
  const open = bastion.forwardOut.bind(bastion, '127.0.0.1', 0, target.host, target.port);
  try {
    return await openWithin(open, FORWARD_TIMEOUT_MS);
  } catch (cause) {
    const why = (cause as Error).message.replace(/^\(SSH\) /, '');
    const detail = `${target.jump.at(-1)} → ${target.host} port ${target.port}`;
    throw asLogin(failure(entry, 'host/jump-failed', { detail, why, cause }));
  }
}

/** A stream over the standard input and output of a command (ProxyCommand). */
function overCommand(command: string): Duplex {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', ignore);
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  stream.on('error', ignore);
  stream.on('close', () => child.kill());
  return stream;
}

/** The failure of a bastion is that of each host behind it. */
function mine(error: unknown, { entry }: LoginContext): unknown {
  return error instanceof LoginFailure ? new LoginFailure(forHost(error.error, entry), error.forSsh) : error;
}

function asLogin(error: ReturnType<typeof failure>): LoginFailure {
  return new LoginFailure(error, []);
}

function ignore(): void {}
