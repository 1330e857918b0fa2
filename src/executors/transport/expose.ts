import type { HostConnection } from './connection.ts';

export interface Exposed {
  /** `DOCKER_HOST` by which programs of this machine reach the engine. */
  readonly address: string;
  close(): Promise<void>;
}

/** Brings a host's engine to a socket of this machine, over the connection there is, for the docker command. */
export async function exposeEngine(host: HostConnection): Promise<Exposed> {
  const [{ createServer }, { mkdtemp, rm }, { tmpdir }, { join }, { pipeline }] = await Promise.all([
    import('node:net'),
    import('node:fs/promises'),
    import('node:os'),
    import('node:path'),
    import('node:stream'),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'stowage-engine-'));
  const path = join(folder, 'docker.sock');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const engine = host.openEngine();
    pipeline(socket, engine, socket, () => {
      socket.destroy();
      engine.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    address: `unix://${path}`,
    close: async () => {
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
