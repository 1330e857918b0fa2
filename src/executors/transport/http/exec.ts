import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecOptions, ExecResult } from '../connection.ts';
import { failure } from '../failures.ts';
import { asReadable } from './bytes.ts';
import { classify } from './classify.ts';
import { callJson, callUpgrade, type HttpCall, type HttpTarget } from './client.ts';
import { FrameReader, type OutputStream } from './demux.ts';

const MAX_OUTPUT_BYTES = 1024 * 1024;

/** Runs a command in a running container: create, start with the connection taken over, then ask for its exit code. */
export async function execInContainer(
  target: HttpTarget,
  container: string,
  argv: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const { signal, timeoutMs } = options;
  const { Id } = await callJson<{ Id: string }>(target, {
    method: 'POST',
    path: `/containers/${encodeURIComponent(container)}/exec`,
    body: {
      AttachStdin: options.stdin !== undefined,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      Cmd: argv,
      User: options.user,
      WorkingDir: options.workingDir,
      Privileged: options.privileged,
      Env: options.env && Object.entries(options.env).map(([name, value]) => `${name}=${value}`),
    },
    signal,
    timeoutMs,
  });
  const start: HttpCall = {
    method: 'POST',
    path: `/exec/${Id}/start`,
    body: { Detach: false, Tty: false },
    signal,
    timeoutMs,
  };
  const output = await converse(target, start, options);
  return { exitCode: await exitCodeOf(target, Id, options), ...output };
}

async function converse(target: HttpTarget, call: HttpCall, options: ExecOptions) {
  const socket = await callUpgrade(target, call);
  const limit = options.timeoutMs ?? target.defaultTimeoutMs;
  let timedOut = false;
  const timer = setTimeout(
    () => {
      timedOut = true;
      socket.destroy(new Error('timeout'));
    },
    limit || 2 ** 31 - 1,
  );
  const kept = new Output(options.maxOutputBytes ?? MAX_OUTPUT_BYTES);
  const frames = new FrameReader();
  const onAbort = () => socket.destroy(new Error('aborted'));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const { stdin } = options;
    const stream = typeof stdin === 'object' && !(stdin instanceof Uint8Array) ? asReadable(stdin) : undefined;
    if (stream) stream.on('error', (error) => socket.destroy(error)).pipe(socket);
    else if (stdin !== undefined) socket.end(stdin);
    for await (const chunk of socket)
      for (const { stream, data } of frames.push(chunk as Buffer)) kept.add(stream, data);
    return { stdout: kept.text('stdout'), stderr: kept.text('stderr') };
  } catch (error) {
    throw classify(target.entry, error, { call, sent: true, timeoutMs: timedOut ? limit : undefined });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    socket.destroy();
  }
}

/** The engine may close the stream a moment before it has noted the exit code. */
async function exitCodeOf(target: HttpTarget, id: string, options: ExecOptions): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const call: HttpCall = { method: 'GET', path: `/exec/${id}/json`, signal: options.signal };
    const state = await callJson<{ Running: boolean; ExitCode: number | null }>(target, call);
    if (!state.Running && state.ExitCode !== null) return state.ExitCode;
    await sleep(20 * (attempt + 1));
  }
  const why = 'the engine did not say how the command ended';
  throw failure(target.entry, 'host/bad-answer', { detail: `exec ${id}`, why, outcomeUnknown: true });
}

class Output {
  readonly #chunks: Record<OutputStream, Buffer[]> = { stdout: [], stderr: [] };
  readonly #room: Record<OutputStream, number>;

  constructor(limit: number) {
    this.#room = { stdout: limit, stderr: limit };
  }

  add(stream: OutputStream, data: Buffer): void {
    const kept = data.subarray(0, this.#room[stream]);
    this.#room[stream] -= kept.length;
    if (kept.length > 0) this.#chunks[stream].push(kept);
  }

  text(stream: OutputStream): string {
    return Buffer.concat(this.#chunks[stream]).toString('utf8');
  }
}
