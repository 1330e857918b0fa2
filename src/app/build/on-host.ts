import type { DesiredState } from '../../model/desired.ts';
import { openOptions } from '../cli/open-options.ts';
import { namedHost } from '../named-host.ts';
import { withSession } from '../session.ts';
import type { Settings } from '../settings.ts';
import { buildImages } from './build.ts';

/**
 * Builds on a host of the inventory: the docker command here sends the context over the connection to that host.
 *
 * @throws DiagnosticError (64) for a host that is not in the inventory
 */
export async function buildOnHost(
  desired: DesiredState,
  only: readonly string[] | undefined,
  builder: string,
  settings: Settings,
): Promise<void> {
  const entry = namedHost(builder, settings.inventory.hosts);
  const { exposeEngine } = await import('../../executors/transport/expose.ts');
  await withSession([entry], openOptions(settings), async ({ connections }) => {
    const [connection] = connections.values();
    if (connection === undefined) return;
    const engine = await exposeEngine(connection);
    try {
      await buildImages(desired, only, engine.address);
    } finally {
      await engine.close();
    }
  });
}
