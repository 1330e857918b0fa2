import { type Agent, type RequestOptions as HttpOptions, type IncomingMessage, request } from 'node:http';
import { type Duplex, PassThrough, Readable } from 'node:stream';
import type { HostEntry } from '../../../model/inventory.ts';
import type { Bytes, Query, RequestOptions } from '../connection.ts';
import { HostError } from '../errors.ts';
import { engineFailure, failure } from '../failures.ts';
import { asReadable } from './bytes.ts';
import { classify } from './classify.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';

export interface HttpTarget {
  readonly entry: HostEntry;
  readonly agent: Agent;
  /** `/v1.41`, or empty before the version is known. */
  readonly prefix: string;
  readonly defaultTimeoutMs: number;
}

export interface HttpCall extends RequestOptions {
  readonly method: Method;
  readonly path: string;
  readonly query?: Query;
  /** A plain object goes as JSON. */
  readonly body?: object | Bytes;
  readonly contentType?: string;
}

/** One call whose answer is read whole. Resolves to the answer's head and text; a status from 400 on rejects. */
export async function callText(target: HttpTarget, call: HttpCall): Promise<{ head: IncomingMessage; text: string }> {
  return await send(target, call, async (response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { head: response, text: Buffer.concat(chunks).toString('utf8') };
  });
}

/** One call whose answer is read as JSON; undefined when it has no body. */
export async function callJson<T>(target: HttpTarget, call: HttpCall): Promise<T> {
  const { text } = await callText(target, call);
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw failure(target.entry, 'host/bad-answer', {
      detail: `${call.method} ${call.path}`,
      why: 'it is not JSON',
      cause,
    });
  }
}

/** Engines send 32 KiB at a time; with room for a few the sender is not stopped at each. */
const READ_AHEAD_BYTES = 1024 * 1024;

/** One call whose answer is a stream; its errors are `HostError`s too. `timeoutMs` counts to the answer's head. */
export async function callStream(target: HttpTarget, call: HttpCall): Promise<Readable> {
  return await send(target, call, async (response) => {
    const out = new PassThrough({ highWaterMark: READ_AHEAD_BYTES });
    response.on('error', (error) => out.destroy(classify(target.entry, error, { call, sent: true })));
    out.on('close', () => {
      if (!response.complete) response.destroy();
    });
    response.pipe(out);
    return out;
  });
}

/** A POST that takes the connection over (exec, attach): bytes flow both ways until the engine ends it. */
export async function callUpgrade(target: HttpTarget, call: HttpCall): Promise<Duplex> {
  const headers = { ...call.headers, connection: 'Upgrade', upgrade: 'tcp' };
  const attempt = new Attempt(target, { ...call, headers }, call.timeoutMs ?? target.defaultTimeoutMs);
  try {
    const response = await attempt.head;
    if (response.statusCode !== 101) throw await refusal(target, call, response);
    return attempt.upgraded(response);
  } catch (error) {
    throw classify(target.entry, error, { call, sent: attempt.wasSent, timeoutMs: attempt.timeoutMs });
  } finally {
    attempt.settle();
  }
}

/** Sends the call and hands the good answer to `read`; one timer and one signal span both. */
async function send<T>(
  target: HttpTarget,
  call: HttpCall,
  read: (response: IncomingMessage) => Promise<T>,
  mayRetry = true,
): Promise<T> {
  if (call.signal?.aborted) throw classify(target.entry, call.signal.reason, { call, sent: false });
  const attempt = new Attempt(target, call, call.timeoutMs ?? target.defaultTimeoutMs);
  try {
    const response = await attempt.head;
    if ((response.statusCode ?? 0) >= 400) throw await refusal(target, call, response);
    return await read(response);
  } catch (error) {
    if (error instanceof HostError) throw error;
    // An idle socket the engine closed under us: for a read this is no failure, for a write it is not known.
    const isRead = call.method === 'GET' || call.method === 'HEAD';
    if (mayRetry && isRead && attempt.wasReused && !attempt.timeoutMs && !call.signal?.aborted) {
      return await send(target, call, read, false);
    }
    throw classify(target.entry, error, {
      call,
      sent: attempt.wasSent,
      timeoutMs: attempt.timeoutMs,
    });
  } finally {
    attempt.settle();
  }
}

class Attempt {
  /** Set once our timer has ended the request. */
  timeoutMs: number | undefined;
  /** A connection stood, so that the engine may have seen the request. */
  wasSent = false;
  #taken: Duplex | undefined;
  readonly head: Promise<IncomingMessage>;
  readonly #request;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(target: HttpTarget, call: HttpCall, timeoutMs: number) {
    const { headers, payload } = encodeBody(call);
    const protocol = (target.agent as Agent & { protocol?: string }).protocol ?? 'http:';
    const options: HttpOptions & { servername?: string } = {
      agent: target.agent,
      protocol,
      host: 'docker',
      // Else the agent asks whether the host is an IP address, whose patterns take 5 ms to compile.
      ...(protocol === 'http:' && { servername: '' }),
      method: call.method,
      path: target.prefix + call.path + encodeQuery(call.query),
      headers: { ...headers, ...call.headers },
      signal: call.signal,
    };
    this.#request = request(options);
    this.head = new Promise((resolve, reject) => {
      this.#request.on('response', resolve);
      this.#request.on('upgrade', (response, socket: Duplex, head: Buffer) => {
        if (head.length > 0) socket.unshift(head);
        this.#taken = socket;
        resolve(response);
      });
      this.#request.on('error', reject);
    });
    this.#request.on('socket', (socket) => {
      if (!socket.connecting) this.wasSent = true;
      else socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => (this.wasSent = true));
    });
    if (timeoutMs > 0) {
      this.#timer = setTimeout(() => {
        this.timeoutMs = timeoutMs;
        this.#request.destroy(new Error('timeout'));
      }, timeoutMs);
    }
    if (payload instanceof Readable) payload.on('error', (e) => this.#request.destroy(e)).pipe(this.#request);
    else this.#request.end(payload);
  }

  /** The socket itself, after an answer 101. */
  upgraded(response: IncomingMessage): Duplex {
    return this.#taken ?? response.socket;
  }

  get wasReused(): boolean {
    return this.#request.reusedSocket;
  }

  settle(): void {
    clearTimeout(this.#timer);
  }
}

async function refusal(target: HttpTarget, call: HttpCall, response: IncomingMessage): Promise<HostError> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  let answer = text.trim();
  try {
    answer = (JSON.parse(text) as { message?: string }).message ?? answer;
  } catch {
    // Not every refusal is JSON; its text serves as well.
  }
  return engineFailure(target.entry, `${call.method} ${call.path}`, response.statusCode ?? 0, answer);
}

function encodeBody(call: HttpCall): { headers: Record<string, string | number>; payload?: Readable | Uint8Array } {
  const { body } = call;
  if (body === undefined)
    return { headers: call.method === 'GET' || call.method === 'HEAD' ? {} : { 'content-length': 0 } };
  const contentType = call.contentType ?? 'application/x-tar';
  if (body instanceof Uint8Array) {
    return { headers: { 'content-type': contentType, 'content-length': body.byteLength }, payload: body };
  }
  const stream = asReadable(body);
  if (stream) return { headers: { 'content-type': contentType }, payload: stream };
  const json = Buffer.from(JSON.stringify(body));
  return { headers: { 'content-type': 'application/json', 'content-length': json.length }, payload: json };
}

/** Objects as JSON, absent ones left out; with its question mark. */
export function encodeQuery(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    parameters.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
