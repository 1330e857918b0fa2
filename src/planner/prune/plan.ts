import type { DesiredState } from '../../model/desired.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { LABEL } from '../../model/labels.ts';
import type { LiveHost, LiveState } from '../../model/live.ts';
import type { Plan } from '../../model/plan.ts';
import { networkChange } from '../diff/network.ts';
import { digestOf } from '../digest.ts';
import { fingerprints } from '../fingerprint.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { SCRATCH } from '../steps/resources.ts';
import { emitImageRemovals, type ImagePrune } from './images.ts';

export interface PruneInput {
  readonly toolVersion: string;
  /** What the stack is now, for the plan's readers. */
  readonly desired: DesiredState;
  readonly images: ImagePrune;
  /** Engine names of volumes with data that may go. */
  readonly removeVolumes: readonly string[];
  /** Host → digests of configs and secrets in its copy of the history that no revision names. */
  readonly payloads: ReadonlyMap<string, readonly string[]>;
  /** Host → folders that were copied there and that no kept revision mounts. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
  /** Nothing but images. */
  readonly onlyImages: boolean;
}

export type PruneResult =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

type Tidying = Pick<Plan, 'changes'> & {
  readonly stack: string;
  readonly hosts: ReadonlyMap<string, LiveHost>;
  readonly graph: GraphBuilder;
  readonly changes: Plan['changes'][number][];
};

/** The plan that takes away what is ours and of no use any more. Pure, like `plan`. */
export function planPrune(live: LiveState, input: PruneInput): PruneResult {
  const { stack } = input.desired;
  const problems = input.removeVolumes.flatMap((name) => volumeProblems(live, stack, name));
  if (problems.length > 0) return { ok: false, diagnostics: problems };
  const hosts = new Map(live.hosts.map((h) => [h.name, h]));
  const build: Tidying = { stack, hosts, graph: new GraphBuilder(), changes: [] };
  emitImageRemovals(build, input.images, []);
  if (!input.onlyImages) {
    emitScratch(build);
    emitNetworks(build);
    emitPayloads(build, input.payloads);
    emitFolders(build, input.folders, input.images.keep);
  }
  emitVolumes(build, input.removeVolumes);
  const steps = build.graph.finish();
  const { toolVersion, desired } = input;
  return {
    ok: true,
    plan: {
      version: 1,
      toolVersion,
      stack,
      hosts: [...hosts.keys()].sort(),
      inputDigest: `sha256:${digestOf({ images: input.images, volumes: input.removeVolumes })}`,
      desired,
      images: {},
      placements: [],
      changes: build.changes,
      steps,
      guarantees: [],
      fingerprints: fingerprints(steps, live),
      warnings: [],
      generated: {},
    },
  };
}

function mounts(host: LiveHost, volume: string): boolean {
  return host.containers.some((c) => c.mounts.some((m) => m.type === 'volume' && m.name === volume));
}

/** Scratch space of generations that are gone. */
function emitScratch({ stack, hosts, graph, changes }: Tidying): void {
  const cause = 'scratch space of a replica that is gone';
  for (const host of hosts.values()) {
    for (const { name: volume, labels } of host.volumes) {
      const pod = labels[SCRATCH];
      if (labels[LABEL.stack] !== stack || pod === undefined || mounts(host, volume)) continue;
      if (host.containers.some((c) => c.labels[LABEL.pod] === pod)) continue;
      changes.push({ action: 'delete', kind: 'volume', resource: volume, host: host.name, differences: [], cause });
      graph.add('volume.remove', { host: host.name, cause }, { volume });
    }
  }
}

/** Networks of the stack on which no container is, on any host; an overlay goes on a manager. */
function emitNetworks({ stack, hosts, graph, changes }: Tidying): void {
  const cause = 'no container is on it';
  const isOn = (host: LiveHost, name: string) =>
    host.containers.some((c) => c.networkMode === name || c.networks.some((n) => n.name === name));
  const done = new Set<string>();
  for (const host of hosts.values()) {
    for (const { name, driver, labels } of host.networks) {
      if (labels[LABEL.stack] !== stack || done.has(name)) continue;
      const isOverlay = driver === 'overlay';
      if (isOverlay && !host.engine.swarm.isManager) continue;
      if ((isOverlay ? [...hosts.values()] : [host]).some((h) => isOn(h, name))) continue;
      if (isOverlay) done.add(name);
      const resource = labels[LABEL.resource] ?? name;
      changes.push(networkChange('delete', { resource, name }, host.name, cause));
      graph.add('network.remove', { host: host.name, cause }, { network: name });
    }
  }
}

function emitPayloads({ graph, changes }: Tidying, payloads: PruneInput['payloads']): void {
  const cause = 'no revision in the history names it';
  for (const [host, digests] of payloads) {
    if (digests.length === 0) continue;
    for (const digest of digests) {
      const resource = digest.slice(0, 'sha256:'.length + 12);
      changes.push({ action: 'delete', kind: 'config', resource, host, differences: [], cause });
    }
    graph.add('payload.remove', { host, cause }, { digests });
  }
}

/** Contents that no revision goes back to; what a container has mounted stays. */
function emitFolders({ hosts, graph, changes }: Tidying, folders: PruneInput['folders'], keep: number): void {
  const cause = `copied, and mounted by none of the last ${keep} releases`;
  for (const [name, found] of folders) {
    const mounts = (hosts.get(name)?.containers ?? []).flatMap((c) => c.mounts);
    const unused = found.filter((folder) => !mounts.some((m) => m.source?.startsWith(`${folder}/`)));
    if (unused.length === 0) continue;
    for (const resource of unused)
      changes.push({ action: 'delete', kind: 'folder', resource, host: name, differences: [], cause });
    graph.add('bind.remove', { host: name, cause }, { folders: unused });
  }
}

function emitVolumes({ stack, hosts, graph, changes }: Tidying, named: readonly string[]): void {
  const cause = 'named for removal; its data is lost';
  for (const host of hosts.values()) {
    for (const { name: volume, labels } of host.volumes) {
      if (!named.includes(volume) || labels[LABEL.stack] !== stack) continue;
      const resource = labels[LABEL.resource] ?? volume;
      const change = { action: 'delete', kind: 'volume', resource, host: host.name, differences: [], cause } as const;
      changes.push({ ...change, destructive: true });
      graph.add('volume.remove', { host: host.name, cause, destructive: true }, { volume });
    }
  }
}

/** A volume that is named has to be there, ours, and without a user. */
function volumeProblems(live: LiveState, stack: string, name: string): Diagnostic[] {
  const found = live.hosts.filter((h) => h.volumes.some((v) => v.name === name && v.labels[LABEL.stack] === stack));
  const severity = 'error' as const;
  if (found.length === 0) {
    const fix = 'stowage volume ls lists them; name it as the engine does';
    const message = 'the stack has no such volume';
    return [{ severity, code: 'volume/missing', message, where: `--remove-volume ${name}`, fix }];
  }
  const users = found.flatMap((h) =>
    h.containers.filter((c) => c.mounts.some((m) => m.name === name)).map((c) => `${c.name} on ${h.name}`),
  );
  if (users.length === 0) return [];
  return [
    {
      severity,
      code: 'volume/in-use',
      message: 'a volume to remove is in use',
      where: `${name}, by ${users.join(', ')}`,
      why: 'stowage prune removes only what nothing uses',
      fix: 'take it out of the files and apply them first',
    },
  ];
}
