import type { MountSource } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { LiveHost } from '../../model/live.ts';
import { bindPath } from '../specs/mounts.ts';
import type { Build } from './context.ts';

/** Copies a folder that a replica mounts to its host, unless something there uses that content already. */
export function emitBind(
  build: Build,
  host: LiveHost,
  workload: string,
  source: Extract<MountSource, { type: 'bind' }>,
): readonly number[] {
  const { path, digest, ofProject } = source;
  if (digest === undefined) {
    if (ofProject && host.entry.address.type !== 'unix') build.diagnostics.push(ofAnotherMachine(path, host.name));
    return [];
  }
  const target = bindPath(source, build.stack);
  const isThere = host.containers.some((c) => c.mounts.some((mount) => mount.source === target));
  if (isThere) return [];
  const head = { host: host.name, cause: 'its content is not on this host', workload };
  const id = build.graph.add('bind.sync', head, { source: path, target, digest });
  build.beforeStops.push(id);
  return [id];
}

function ofAnotherMachine(path: string, host: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'plan/relative-bind',
    message: 'a folder of the project is mounted on another machine',
    where: `${path} on ${host}`,
    why: `the engine looks for the path on ${host}, not here, and finds nothing or something else`,
    fix: 'copy it there with x-stowage: {sync: true}, or use configs: for files',
  };
}
