import type { HostConnection } from '../../src/executors/transport/connection.ts';
import { defaultHost } from '../../src/executors/transport/default-host.ts';
import { closeHosts, openHosts } from '../../src/executors/transport/open.ts';
import type { HostAddress, HostEntry } from '../../src/model/inventory.ts';
import { buildImages, removeLeftovers } from './images.ts';
import { APP, STOWAGE, show, type Target } from './target.ts';

/** The engine that stowage itself takes when no host is named, if it answers. */
export async function findLocalEngine(): Promise<Target | undefined> {
  const entry = defaultHost();
  return await withEngine(entry, async (engine) => engine && localTarget(entry));
}

async function withEngine<T>(entry: HostEntry, use: (engine: HostConnection | undefined) => Promise<T>): Promise<T> {
  const results = await openHosts([entry], { connectTimeoutMs: 5000 });
  const [result] = results.values();
  try {
    return await use(result?.ok ? result.connection : undefined);
  } finally {
    await closeHosts(results);
  }
}

function localTarget(entry: HostEntry): Target {
  const stowage = (args: readonly string[]) => show(STOWAGE[0], [STOWAGE[1], ...args], { cwd: APP });
  const address = entry.address.type === 'unix' ? '127.0.0.1' : entry.address.host;
  return {
    description: `the engine at ${nameOf(entry.address)}`,
    flags: [],
    prepare: () => withEngine(entry, async (engine) => engine && (await buildImages(engine))),
    stowage,
    urls: [18080, 18081, 18082].map((port) => `http://${address}:${port}/visits`),
    fetch: async (url) => {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
      return await response.text();
    },
    down: async () => {
      const exitCode = await stowage(['destroy', '--yes', '--remove-volume', 'demo_visits']);
      if (exitCode === 0) await withEngine(entry, async (engine) => engine && (await removeLeftovers(engine)));
      return exitCode;
    },
  };
}

function nameOf(address: HostAddress): string {
  return address.type === 'unix' ? address.path : address.host;
}
