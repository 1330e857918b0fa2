import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { IDLE_SOCKET_MS, MAX_SOCKETS } from '../link.ts';
import { ChannelSocket, type OpenChannel } from './channel-socket.ts';

/** sshd's MaxSessions is 10 unless told otherwise; two are left for commands. */
const MAX_SESSIONS = 8;

class ChannelAgent extends Agent {
  readonly #open: OpenChannel;

  constructor(open: OpenChannel, maxSockets: number) {
    super({ keepAlive: true, maxSockets, timeout: IDLE_SOCKET_MS });
    this.#open = open;
  }

  override createConnection(): Duplex {
    return new ChannelSocket(this.#open);
  }
}

/** Channels straight to the engine's socket; `first` is one that is open already. */
export function streamLocalAgent(client: Client, socketPath: string, first?: ClientChannel): Agent {
  let spare = first;
  return new ChannelAgent((done) => {
    const channel = spare;
    spare = undefined;
    if (channel) done(undefined, channel);
    else client.openssh_forwardOutStreamLocal(socketPath, done);
  }, MAX_SOCKETS);
}

/** Each socket is a session that runs `docker system dial-stdio`, for servers that forbid forwarding. */
export function dialStdioAgent(client: Client, command: string): Agent {
  return new ChannelAgent((done) => client.exec(command, done), MAX_SESSIONS);
}
