import type { HostConnection } from '../executors/transport/connection.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { Plan } from '../model/plan.ts';
import type { StepKind } from '../model/step.ts';
import { type DiskSpace, readDisk } from './disk-space.ts';
import type { Session } from './session.ts';

const MIB = 1024 ** 2;
/** Below that, an engine fails in the middle of what it does: it cannot even write down that a container has started. */
const LEAST_BYTES = 50 * MIB;

const FILLING: ReadonlySet<StepKind> = new Set([
  'image.pull',
  'image.transfer',
  'image.build',
  'volume.copy',
  'volume.restore',
  'bind.sync',
  'container.create',
  'container.start',
  'gateway.ensure',
]);

/**
 * Asks every host for the room on its engine's disk; starts at once, so that it costs no time of its own. A host that
 * cannot say is left out.
 */
export async function readDisks({ connections }: Session): Promise<ReadonlyMap<string, DiskSpace>> {
  const ask = async (connection: HostConnection) => {
    try {
      return [[connection.name, await readDisk(connection)] as const];
    } catch {
      return [];
    }
  };
  return new Map((await Promise.all([...connections.values()].map(ask))).flat());
}

/** @throws DiagnosticError when a host that gets something new has no room for it: nothing was changed then */
export function refuseFullDisks(plan: Plan, disks: ReadonlyMap<string, DiskSpace>): void {
  const filled = new Set(plan.steps.filter(({ kind }) => FILLING.has(kind)).map(({ host }) => host));
  const full = [...filled].flatMap((host) => {
    const disk = disks.get(host);
    return disk !== undefined && disk.availableBytes < LEAST_BYTES ? [diskFull(host, disk)] : [];
  });
  if (full.length > 0) throw new DiagnosticError(full, EXIT.failed);
}

function diskFull(host: string, { folder, availableBytes }: DiskSpace): Diagnostic {
  return {
    severity: 'error',
    code: 'host/disk-full',
    message: 'a host has no room for what is to be started there',
    where: `host ${host}`,
    why: `${Math.round(availableBytes / MIB)} MiB are free in ${folder}, at least ${LEAST_BYTES / MIB} MiB are needed; nothing was changed`,
    fix: `make room (docker image prune on ${host}, or a larger disk), then apply again`,
  };
}
