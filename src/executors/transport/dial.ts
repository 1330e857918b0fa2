import { once } from 'node:events';
import type { Duplex } from 'node:stream';

/** Resolves once bytes can flow on a socket that was just opened; destroys it when that fails or is aborted. */
export async function untilConnected<T extends Duplex>(socket: T, signal: AbortSignal | undefined): Promise<T> {
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw error;
  }
}
