import type { DesiredState } from '../../model/desired.ts';
import { DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { openOptions } from '../cli/open-options.ts';
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
  const entry = settings.inventory.hosts.find((h) => h.name === builder);
  if (entry === undefined) throw new DiagnosticError([noSuchHost(builder, settings)], EXIT.usage);
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

function noSuchHost(builder: string, { inventory }: Settings) {
  return {
    severity: 'error' as const,
    code: 'usage/no-such-host',
    message: 'the builder is no host of this run',
    where: `--builder ${builder}`,
    why: `there are ${inventory.hosts.map((h) => h.name).join(', ') || 'none'}`,
    fix: 'name one of them',
  };
}
