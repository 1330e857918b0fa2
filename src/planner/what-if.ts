import type { LiveHost, LiveState } from '../model/live.ts';
import type { SchedulingHost } from '../model/placement.ts';

/** The hosts as they might be, for questions that touch no host. */
export interface WhatIf {
  /** Hosts that are taken for gone. */
  readonly without: readonly string[];
  /** Hosts to be emptied. */
  readonly drain: readonly string[];
  readonly addHosts: readonly SchedulingHost[];
}

/** The same live state under other circumstances. */
export function imagine(live: LiveState, { without, drain, addHosts }: WhatIf): LiveState {
  const added = addHosts.map(emptyHost);
  const names = new Set(added.map((h) => h.name));
  const hosts = live.hosts
    .filter((h) => !without.includes(h.name) && !names.has(h.name))
    .map((h) => (drain.includes(h.name) ? { ...h, marks: { ...h.marks, cordoned: true, drained: true } } : h));
  return { ...live, hosts: [...hosts, ...added].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function emptyHost(host: SchedulingHost): LiveHost {
  const { name, labels, taints, capacity, platform } = host;
  return {
    name,
    entry: { name, address: { type: 'ssh', host: name }, labels, taints, capacity },
    engine: {
      id: name,
      hostname: name,
      version: '',
      apiVersion: '',
      os: platform.os,
      architecture: platform.architecture,
      cpus: capacity.cpus,
      memoryBytes: capacity.memoryBytes,
      labels: {},
      storageDriver: '',
      runtimes: [],
      swarm: { state: 'inactive', isManager: false },
      liveRestore: false,
      warnings: [],
    },
    containers: [],
    networks: [],
    volumes: [],
    images: [],
    marks: { cordoned: false, drained: false },
  };
}
