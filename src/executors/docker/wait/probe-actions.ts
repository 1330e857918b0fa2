import type { Duplex } from 'node:stream';
import type { Probe, ProbeAction } from '../../../model/desired.ts';
import { HostError } from '../../transport/errors.ts';
import { stepFailure } from '../steps/failure.ts';
import type { StepScope } from '../steps/types.ts';

type HttpAction = Extract<ProbeAction, { type: 'http' }>;

/**
 * Runs a probe once: exec in the container, the others over a connection that the host opens to the container.
 *
 * @param address asked for only by probes that connect
 * @returns what is wrong, or undefined when it passed
 */
export async function runProbe(
  probe: Probe,
  container: string,
  scope: StepScope,
  address: () => Promise<string>,
): Promise<string | undefined> {
  const timeoutMs = Math.max(1, probe.timeoutSeconds) * 1000;
  const { action } = probe;
  if (action.type === 'exec') return runExec(action.command, container, scope, timeoutMs);
  const dial = scope.host.dial?.bind(scope.host);
  if (dial === undefined) throw noDial(scope.host.name);
  const target = 'host' in action && action.host !== undefined ? action.host : await address();
  const signal = AbortSignal.any([scope.signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const socket = await dial(target, action.port, { signal });
    const stop = () => socket.destroy(new Error('timeout'));
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await converse(action, socket, target);
    } finally {
      signal.removeEventListener('abort', stop);
      socket.destroy();
    }
  } catch (error) {
    return signal.aborted ? `no answer within ${timeoutMs / 1000} s` : words(error);
  }
}

async function converse(action: Exclude<ProbeAction, { type: 'exec' }>, socket: Duplex, target: string) {
  if (action.type === 'tcp') return undefined;
  return action.type === 'http'
    ? askHttp(action, socket, target)
    : (await import('./probe-grpc.ts')).askGrpc(action, socket);
}

async function runExec(command: readonly string[], container: string, scope: StepScope, timeoutMs: number) {
  try {
    const { exitCode, stderr, stdout } = await scope.host.exec(container, command, { signal: scope.signal, timeoutMs });
    return exitCode === 0
      ? undefined
      : `exit code ${exitCode} ${(stderr || stdout).trim().split('\n').at(-1) ?? ''}`.trim();
  } catch (error) {
    if (error instanceof HostError && (error.code === 'host/timeout' || error.status !== undefined))
      return words(error);
    throw error;
  }
}

/** Statuses 200 to 399 pass; certificates are not checked. */
async function askHttp(action: HttpAction, socket: Duplex, target: string): Promise<string | undefined> {
  const { request } = await import('node:http');
  const stream =
    action.scheme === 'https' ? (await import('node:tls')).connect({ socket, rejectUnauthorized: false }) : socket;
  const named = Object.fromEntries(action.headers.map((h) => [h.name, h.value]));
  const headers = { Host: `${target}:${action.port}`, 'User-Agent': 'stowage-probe', Connection: 'close', ...named };
  return new Promise((resolve, reject) => {
    const call = request({ createConnection: () => stream as never, path: action.path, headers }, (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      resolve(status >= 200 && status < 400 ? undefined : `it answered ${status}`);
    });
    stream.on('error', reject);
    call.on('error', reject);
    call.end();
  });
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function noDial(host: string) {
  return stepFailure('probe/no-way', 'probe cannot reach the container', {
    detail: host,
    why: 'the connection to this host carries engine calls only',
    fix: 'give the host an ssh:// address, or use an exec probe',
  });
}
