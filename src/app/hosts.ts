import type { OpenOptions, OpenResult } from '../executors/transport/connection.ts';
import { HostError } from '../executors/transport/errors.ts';
import type { HostReport } from '../model/host-report.ts';
import type { HostEntry } from '../model/inventory.ts';

/** Asks every host what it is. One that cannot be reached is reported with its reason and stops nothing. */
export async function reportHosts(hosts: readonly HostEntry[], options: OpenOptions): Promise<readonly HostReport[]> {
  const [{ openHosts, closeHosts }, { observeHost }] = await Promise.all([
    import('../executors/transport/open.ts'),
    import('../executors/docker/observe/host.ts'),
  ]);
  const results = await openHosts(hosts, options);
  try {
    return await Promise.all(hosts.map((entry) => report(entry, results.get(entry.name), observeHost)));
  } finally {
    await closeHosts(results);
  }
}

type Observe = typeof import('../executors/docker/observe/host.ts').observeHost;

async function report(entry: HostEntry, result: OpenResult | undefined, observe: Observe): Promise<HostReport> {
  if (!result?.ok) return { entry, reachable: false, ...(result && { error: result.error.diagnostic }) };
  try {
    const { engine, containers, marks } = await observe(result.connection);
    const running = containers.filter(({ state }) => state === 'running').length;
    return { entry, reachable: true, engine, containers: { running, total: containers.length }, marks };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { entry, reachable: false, error: error.diagnostic };
  }
}
