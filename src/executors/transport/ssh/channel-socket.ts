import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';

export type OpenChannel = (done: (error: Error | undefined, channel: ClientChannel) => void) => void;

const OPEN_TIMEOUT_MS = 15_000;

/**
 * A socket for http.Agent over an SSH channel. It exists at once and opens its channel behind the scenes, because
 * http.Agent counts a socket against `maxSockets` only once it is there. Aborts, timeouts and half-close behave as on
 * a local socket.
 */
export class ChannelSocket extends Duplex {
  /** As on net.Socket: true until bytes can flow. */
  connecting = true;
  readonly #opened: Promise<ClientChannel>;
  #channel: ClientChannel | undefined;
  #hasEnded = false;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(open: OpenChannel) {
    super({ allowHalfOpen: true });
    this.#opened = openWithin(open, OPEN_TIMEOUT_MS);
    this.#opened.then(
      (channel) => this.#attach(channel),
      (error) => this.destroy(error),
    );
  }

  #attach(channel: ClientChannel): void {
    if (this.destroyed) {
      channel.destroy();
      return;
    }
    this.#channel = channel;
    this.connecting = false;
    channel.on('data', (data: Buffer) => {
      this.#touch();
      if (!this.push(data)) channel.pause();
    });
    channel.on('end', () => {
      this.#hasEnded = true;
      this.push(null);
      this.read(0);
      // The engine ends idle connections; the channel then gets EOF, but it is closed only when we end it too.
      this.end();
    });
    channel.on('close', () => {
      if (!this.#hasEnded) this.destroy(reset('SSH channel closed'));
    });
    channel.on('error', (error: Error) => this.destroy(error));
    channel.stderr?.resume();
    this.emit('connect');
  }

  override _read(): void {
    this.#channel?.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#touch();
    if (this.#channel) this.#channel.write(chunk, encoding, done);
    else this.#opened.then((channel) => channel.write(chunk, encoding, done), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#opened.then((channel) => {
      channel.end();
      done();
    }, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#idleTimer);
    this.#channel?.destroy();
    done(error);
  }

  #idleMs = 0;

  setTimeout(milliseconds: number, listener?: () => void): this {
    this.#idleMs = milliseconds;
    // As net.Socket does: 0 takes the listener away again, which the agent asks for after each request.
    if (listener) {
      if (milliseconds === 0) this.off('timeout', listener);
      else this.once('timeout', listener);
    }
    this.#touch();
    return this;
  }

  #touch(): void {
    clearTimeout(this.#idleTimer);
    if (this.#idleMs > 0) this.#idleTimer = setTimeout(() => this.emit('timeout'), this.#idleMs).unref();
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }
}

/** Opens a channel, or fails in time: a request to open one on a dead connection is never answered. */
export async function openWithin(open: OpenChannel, milliseconds: number): Promise<ClientChannel> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(reset('the SSH server did not open a channel')), milliseconds);
    const done = (error: Error | undefined, channel: ClientChannel) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(channel);
    };
    try {
      open(done);
    } catch (error) {
      // ssh2 throws "Not connected" when the connection is gone already.
      clearTimeout(timer);
      reject(error);
    }
  });
}

function reset(message: string): Error {
  return Object.assign(new Error(message), { code: 'ECONNRESET' });
}
