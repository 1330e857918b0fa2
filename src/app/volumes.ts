import type { HostReader } from '../executors/transport/connection.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveHost, LiveState, LiveVolume } from '../model/live.ts';
import { observe } from './make-plan.ts';
import type { SettingsFlags } from './settings.ts';
import { withStack } from './stack-session.ts';

export interface VolumeReport {
  readonly host: string;
  /** The engine's name. */
  readonly name: string;
  /** Id in the file; empty for a volume that is not ours. */
  readonly resource: string;
  readonly driver: string;
  /** `db.1`, or a container's name for one that is not ours; sorted. */
  readonly usedBy: readonly string[];
  /** Only when asked for. */
  readonly sizeBytes?: number;
}

/** `stowage volume ls`: the stack's volumes on all hosts, sorted by name and host. */
export async function listVolumes(flags: SettingsFlags, withSizes: boolean): Promise<VolumeReport[]> {
  return await withStack(flags, async ({ session: { readers }, stack }) => {
    const live = await observe(readers, stack, { refresh: false });
    const sizes = withSizes ? await sizesOf(readers) : new Map<string, number>();
    return live.hosts
      .flatMap((host) => host.volumes.filter((v) => isData(v, host, stack)).map((v) => reportOf(v, host, sizes)))
      .sort((a, b) => (a.name === b.name ? (a.host < b.host ? -1 : 1) : a.name < b.name ? -1 : 1));
  });
}

/** Volumes with data of the stack; notes, the history and scratch space are none. */
function isData({ labels, name }: LiveVolume, host: LiveHost, stack: string): boolean {
  if (labels[LABEL.stack] === stack)
    return labels[LABEL.resource] !== undefined && labels[`${LABEL.prefix}scratch`] === undefined;
  return labels[LABEL.stack] === undefined && usersOf(name, host, stack).length > 0;
}

function usersOf(volume: string, host: LiveHost, stack?: string): string[] {
  const users = host.containers.filter((c) => c.mounts.some((m) => m.type === 'volume' && m.name === volume));
  return users
    .filter((c) => stack === undefined || c.labels[LABEL.stack] === stack)
    .filter((c) => c.labels[LABEL.role] !== 'helper')
    .map((c) => {
      const workload = c.labels[LABEL.workload];
      return workload === undefined ? c.name : `${workload}.${c.labels[LABEL.ordinal] ?? '?'}`;
    })
    .sort();
}

function reportOf(volume: LiveVolume, host: LiveHost, sizes: ReadonlyMap<string, number>): VolumeReport {
  const sizeBytes = sizes.get(`${host.name} ${volume.name}`);
  return {
    host: host.name,
    name: volume.name,
    resource: volume.labels[LABEL.resource] ?? '',
    driver: volume.options.type === undefined ? volume.driver : `${volume.driver} (${volume.options.type})`,
    usedBy: [...new Set(usersOf(volume.name, host))],
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  };
}

async function sizesOf(readers: readonly HostReader[]): Promise<ReadonlyMap<string, number>> {
  type Usage = { readonly Volumes: readonly { Name: string; UsageData?: { Size: number } | null }[] | null };
  const perHost = await Promise.all(
    readers.map(async (reader) => {
      const { Volumes } = await reader.get<Usage>('/system/df', { type: 'volume' }, { timeoutMs: 300_000 });
      return (Volumes ?? []).map((v) => [`${reader.name} ${v.Name}`, v.UsageData?.Size ?? -1] as const);
    }),
  );
  return new Map(perHost.flat().filter(([, size]) => size >= 0));
}

/**
 * The volume a person means: the engine's name, or the id in the file.
 *
 * @param host where, when it is on several
 * @throws DiagnosticError (64) when there is none, or more than one
 */
export function findVolume(
  live: LiveState,
  stack: string,
  name: string,
  host?: string,
): { readonly host: LiveHost; readonly volume: LiveVolume } {
  const found = live.hosts
    .filter((h) => host === undefined || h.name === host)
    .flatMap((h) => h.volumes.filter((v) => isMeant(v, stack, name)).map((volume) => ({ host: h, volume })));
  const exact = found.filter(({ volume }) => volume.name === name);
  const [first, ...more] = exact.length > 0 ? exact : found;
  if (first !== undefined && more.length === 0) return first;
  const where = host === undefined ? name : `${name} on ${host}`;
  if (first === undefined)
    throw usage('volume/missing', 'there is no such volume', where, 'stowage volume ls lists them');
  const all = [first, ...more].map((f) => `${f.volume.name} on ${f.host.name}`).join(', ');
  throw usage('volume/ambiguous', 'more than one volume could be meant', `${name}: ${all}`, 'say where with --on HOST');
}

function isMeant({ name, labels }: LiveVolume, stack: string, wanted: string): boolean {
  const owner = labels[LABEL.stack];
  return name === wanted
    ? owner === undefined || owner === stack
    : owner === stack && labels[LABEL.resource] === wanted;
}

export function usage(code: string, message: string, where: string, fix: string): DiagnosticError {
  const diagnostic: Diagnostic = { severity: 'error', code, message, where, fix };
  return new DiagnosticError([diagnostic], EXIT.usage);
}
