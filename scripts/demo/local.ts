import { defaultHost } from '../../src/executors/transport/default-host.ts';
import { closeHosts, openHosts } from '../../src/executors/transport/open.ts';
import type { HostEntry } from '../../src/model/inventory.ts';
import { buildImages } from './images.ts';
import { APP, STOWAGE, show, type Target } from './target.ts';

/** The engine that stowage itself takes when no host is named, if it answers. */
export async function findLocalEngine(): Promise<Target | undefined> {
  const entry = defaultHost();
  const results = await openHosts([entry], { connectTimeoutMs: 5000 });
  try {
    const [result] = results.values();
    if (!result?.ok) return undefined;
    await buildImages(result.connection);
    return localTarget(entry);
  } finally {
    await closeHosts(results);
  }
}

function localTarget(entry: HostEntry): Target {
  const address = entry.address.type === 'unix' ? '127.0.0.1' : entry.address.host;
  const stowage = (args: readonly string[]) => show(STOWAGE[0], [STOWAGE[1], ...args], { cwd: APP });
  return {
    description: `the engine at ${entry.address.type === 'unix' ? entry.address.path : entry.address.host}`,
    flags: [],
    stowage,
    urls: [18080, 18081, 18082].map((port) => `http://${address}:${port}/visits`),
    fetch: async (url) => {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
      return await response.text();
    },
    down: () => stowage(['destroy', '--yes']),
  };
}
