import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyAuthMethod, AuthenticationType, Client, ConnectConfig, NextAuthHandler } from 'ssh2';
import type { HostEntry } from '../../../model/inventory.ts';
import type { OpenOptions } from '../connection.ts';
import { HostError } from '../errors.ts';
import { failure } from '../failures.ts';
import { credentials, type Offered } from './credentials.ts';
import { HostKeyCheck } from './host-keys.ts';
import type { KeyRing } from './key-ring.ts';
import { explainLogin } from './login-errors.ts';
import type { SshTarget } from './target.ts';

export interface LoginContext {
  readonly entry: HostEntry;
  readonly options: OpenOptions;
  readonly keyRing: KeyRing;
  /** Set when it is not the host itself that is logged in to, but a jump host on the way. */
  readonly hop?: string;
}

/** A login that failed, and whether the ssh command could do what ssh2 cannot. */
export class LoginFailure {
  constructor(
    readonly error: HostError,
    readonly forSsh: readonly string[],
  ) {}
}

const READY_TIMEOUT_MS = 15_000;
const KEEPALIVE_MS = 5_000;
const MAX_ATTEMPTS = 6;

/**
 * One SSH connection, logged in. A server that drops connections because too many start at once is tried again.
 *
 * @param openSock brings the stream to the server when it is reached through another host or a command
 * @throws LoginFailure
 */
export async function login(
  target: SshTarget,
  context: LoginContext,
  openSock?: () => Promise<Duplex>,
): Promise<Client> {
  for (let attempt = 1; ; attempt++) {
    const result = await loginOnce(target, context, await openSock?.());
    if (!('failed' in result)) return result;
    if (!result.isBusy || attempt === MAX_ATTEMPTS) throw result.failed;
    // Spread, or those that were turned away together come back together.
    await sleep(100 * 2 ** attempt * (0.5 + Math.random()));
  }
}

interface Failed {
  readonly failed: LoginFailure;
  /** sshd's MaxStartups: it hung up before saying anything. */
  readonly isBusy: boolean;
}

async function loginOnce(target: SshTarget, context: LoginContext, sock: Duplex | undefined): Promise<Client | Failed> {
  const { entry, options, keyRing } = context;
  const { default: ssh2 } = await import('ssh2');
  const hostKeys = await HostKeyCheck.load(entry, target, options.acceptNew ?? false);
  const offered: Offered = { tried: [], notTried: [], forSsh: [] };
  const auth = new AuthSequence(credentials(target, keyRing, offered));
  const client = new ssh2.Client();
  const onAbort = () => client.destroy();
  let patience: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      // This listener stays: ssh2 may emit a second 'error', which would end the process.
      client.on('error', reject);
      client.once('close', () => reject(new Error('Connection lost before handshake')));
      client.once('ready', resolve);
      client.once('connect', () => clearTimeout(patience));
      const { connectTimeoutMs } = target;
      if (connectTimeoutMs !== undefined && sock === undefined)
        patience = setTimeout(() => reject(silent(connectTimeoutMs)), connectTimeoutMs);
      options.signal?.addEventListener('abort', onAbort, { once: true });
      if (options.signal?.aborted) return reject(new Error('aborted'));
      client.connect(connectConfig(target, hostKeys, auth, sock));
      // From the first packet on: with Nagle each small one waits 40 ms for a delayed acknowledgement, four in a login.
      client.setNoDelay(true);
    });
  } catch (error) {
    client.destroy();
    sock?.destroy();
    const explained = options.signal?.aborted
      ? failure(entry, 'host/aborted', { detail: 'SSH login' })
      : explainLogin(entry, target, error as Error, { hostKeys, offered, serverTakes: auth.serverTakes });
    const forSsh = [...offered.forSsh, ...(hostKeys.needsCertificate ? ['a host certificate'] : [])];
    if (/no matching/i.test((error as Error).message)) forSsh.push('algorithms the server insists on');
    return {
      failed: new LoginFailure(context.hop === undefined ? explained : onTheWay(explained, context.hop), forSsh),
      isBusy: /Connection lost before handshake|ECONNRESET/.test(String(error)) && !options.signal?.aborted,
    };
  } finally {
    clearTimeout(patience);
    options.signal?.removeEventListener('abort', onAbort);
  }
  if (hostKeys.accepted) options.onNotice?.(entry.name, acceptedNotice(entry, hostKeys.accepted));
  return client;
}

function silent(milliseconds: number): Error {
  const error = new Error(`no answer within ${milliseconds / 1000} s (ConnectTimeout)`);
  return Object.assign(error, { level: 'client-socket' });
}

function onTheWay({ code, host, diagnostic, cause }: HostError, hop: string): HostError {
  const detail = [`jump host ${hop}`, diagnostic.detail].filter(Boolean).join(', ');
  return new HostError(code, host, { ...diagnostic, detail }, { cause });
}

function connectConfig(
  target: SshTarget,
  hostKeys: HostKeyCheck,
  auth: AuthSequence,
  sock: Duplex | undefined,
): ConnectConfig {
  const preferred = hostKeys.preferred;
  return {
    host: target.host,
    port: target.port,
    username: target.user,
    ...(sock ? { sock } : {}),
    readyTimeout: READY_TIMEOUT_MS,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: 3,
    hostVerifier: (key: Buffer, verified: (ok: boolean) => void) => {
      hostKeys.verify(key).then(verified, () => verified(false));
    },
    ...(preferred.length > 0 ? { algorithms: { serverHostKey: { prepend: preferred, append: [], remove: [] } } } : {}),
    authHandler: (methods, _partial, next) => auth.next(methods, next),
  } as ConnectConfig;
}

/** Hands one credential after the other to ssh2, and remembers what the server said it takes. */
class AuthSequence {
  serverTakes: readonly string[] = [];
  readonly #methods: AsyncGenerator<AnyAuthMethod>;

  constructor(methods: AsyncGenerator<AnyAuthMethod>) {
    this.#methods = methods;
  }

  next(methods: AuthenticationType[] | null, use: NextAuthHandler): void {
    if (methods) this.serverTakes = methods;
    // `false` ends the attempt; the published types leave it out.
    const giveUp = () => (use as unknown as (method: false) => void)(false);
    this.#methods.next().then(({ value, done }) => (done ? giveUp() : use(value)), giveUp);
  }
}

function acceptedNotice(entry: HostEntry, detail: string) {
  const message = 'host key accepted for the first time';
  return {
    severity: 'note' as const,
    code: 'host/ssh-host-key-accepted',
    message,
    where: `host ${entry.name}`,
    detail,
  };
}
