import { canonicalJson } from '../../model/canonical.ts';
import type { Workload } from '../../model/desired.ts';
import {
  GATEWAY_NAME,
  type GatewayBackend,
  type GatewayConfig,
  type GatewayEntry,
  type GatewayServer,
  type PlacedServer,
  readGatewayNotes,
} from '../../model/gateway.ts';
import type { LiveHost } from '../../model/live.ts';
import type { LiveReplica } from '../live-replicas.ts';
import type { Build } from '../steps/context.ts';
import type { Resources } from '../steps/resources.ts';
import type { GatewayTargets } from './config.ts';
import { servedPorts } from './publish.ts';

export const DEFAULT_GATEWAY_IMAGE = 'haproxy:lts';
/** Share of a server that is like the others; leaves room on both sides. */
export const FULL_WEIGHT = 100;
const DEFAULT_DRAIN_SECONDS = 10;

/** Steps that bring replicas into the gateways of their hosts and take them out again. */
export class GatewaySteps {
  readonly #live: ReadonlyMap<string, GatewayEntry>;
  readonly #ready = new Map<string, readonly number[]>();
  /** `host container` of servers that a step takes out. */
  readonly #leaving = new Set<string>();

  /**
   * @param targets what each host shall serve in the end
   * @param freed host → steps after which the ports the gateway takes over are free
   * @param directPorts `host port` of what new containers publish by themselves
   */
  constructor(
    private readonly build: Build,
    private readonly targets: GatewayTargets,
    private readonly resources: Resources,
    private readonly freed: ReadonlyMap<string, readonly number[]>,
    private readonly directPorts: ReadonlySet<string>,
  ) {
    this.#live = new Map(
      [...build.hosts.values()].flatMap((host) => {
        const noted = readGatewayNotes(host.volumes).get(build.stack);
        return noted === undefined ? [] : [[host.name, noted.entry] as const];
      }),
    );
  }

  /** The replica takes requests; waits until the host's gateway reports it so. Nothing for one no gateway serves. */
  enter(
    workload: Workload,
    host: string,
    container: string,
    cause: string,
    after: readonly number[],
  ): readonly number[] {
    const servers = this.servers(workload, container, FULL_WEIGHT);
    const known = this.#live.get(host)?.servers ?? [];
    if (servers.length === 0 || servers.every((s) => known.some((k) => isSet(k, s)))) return after;
    return this.weigh(host, workload.id, servers, cause, after);
  }

  /** Servers with other weights, all at once. */
  weigh(
    host: string,
    workload: string,
    servers: readonly GatewayServer[],
    cause: string,
    after: readonly number[],
  ): readonly number[] {
    if (servers.length === 0) return after;
    const head = { host, cause, workload, after: [...after, ...this.#prepared(host)] };
    return [this.build.graph.add('gateway.switch', head, { servers })];
  }

  servers(workload: Workload, container: string, weight: number): GatewayServer[] {
    return servedPorts(workload, this.build.desired).map(({ backend, port }) => ({ backend, container, port, weight }));
  }

  /** No new request for the replica; waits for those it has. Nothing for one that no gateway serves. */
  leave(live: LiveReplica, cause: string, after: readonly number[]): readonly number[] {
    const names = live.containers.map((c) => c.name);
    const known = (this.#live.get(live.host)?.servers ?? []).filter((s) => names.includes(s.container));
    if (known.length === 0) return after;
    for (const { container } of known) this.#leaving.add(`${live.host} ${container}`);
    const grace = Math.max(0, ...live.containers.map((c) => c.spec?.stopGraceSeconds ?? DEFAULT_DRAIN_SECONDS));
    const servers = known.map(({ backend, container }) => ({ backend, container }));
    const head = { host: live.host, cause, workload: live.workload, after };
    return [this.build.graph.add('gateway.drain', head, { servers, timeoutSeconds: grace || DEFAULT_DRAIN_SECONDS })];
  }

  /** The servers of a live replica that the gateway has, with another weight. */
  reweighed(live: LiveReplica, weight: number): GatewayServer[] {
    const names = live.containers.map((c) => c.name);
    return (this.#live.get(live.host)?.servers ?? [])
      .filter((s) => names.includes(s.container) && !s.leaving)
      .map(({ backend, container, port }) => ({ backend, container, port, weight }));
  }

  /** Steps after which a port the gateway had is free for a container on the host. */
  released(host: string): readonly number[] {
    return this.#live.has(host) ? this.#prepared(host) : [];
  }

  /** What is left to do once every replica is where it shall be: servers nobody knows, hosts that publish no more. */
  finish(kept: ReadonlySet<string>, after: readonly number[]): void {
    for (const host of this.build.hosts.values()) {
      const entry = this.#live.get(host.name);
      const config = this.targets.configs.get(host.name);
      if (config !== undefined) this.#prepared(host.name);
      if (entry === undefined) continue;
      const lost = entry.servers.filter((s) => {
        const key = `${host.name} ${s.container}`;
        return !kept.has(key) && !this.#leaving.has(key);
      });
      const drained = this.#drainLost(host, lost, after);
      const wanted = config ?? { stack: this.build.stack, listeners: [], backends: [] };
      const between = this.#between(host, entry, config);
      if (canonicalJson(between) === canonicalJson(wanted)) continue;
      const cause =
        config === undefined ? 'nothing is published here any more' : 'what only the old set published goes';
      if (config === undefined) this.#change('delete', host.name, cause);
      const head = {
        host: host.name,
        cause,
        after: [...after, ...drained, ...this.build.graph.idsOf('gateway.drain', host.name)],
      };
      this.build.graph.add('gateway.configure', head, { config: wanted });
    }
  }

  #drainLost(host: LiveHost, lost: readonly PlacedServer[], after: readonly number[]): readonly number[] {
    if (lost.length === 0) return [];
    const servers = lost.map(({ backend, container }) => ({ backend, container }));
    const head = { host: host.name, cause: 'its container is gone', after };
    return [this.build.graph.add('gateway.drain', head, { servers, timeoutSeconds: 0 })];
  }

  /** The gateway runs and listens; each host once. */
  #prepared(hostName: string): readonly number[] {
    const known = this.#ready.get(hostName);
    if (known !== undefined) return known;
    const host = this.build.hosts.get(hostName) as LiveHost;
    const entry = this.#live.get(hostName);
    const wanted = this.#between(host, entry, this.targets.configs.get(hostName));
    const ensured = this.targets.configs.has(hostName) ? this.#ensure(host) : [];
    const isSame = entry !== undefined && canonicalJson(entry.config) === canonicalJson(wanted);
    const ids = isSame ? ensured : this.#configure(hostName, entry, wanted, ensured);
    this.#ready.set(hostName, ids);
    return ids;
  }

  #configure(
    host: string,
    entry: GatewayEntry | undefined,
    config: GatewayConfig,
    ensured: readonly number[],
  ): readonly number[] {
    const ports = config.listeners.map((l) => l.port).join(', ');
    const cause = `publishes ${ports}`;
    this.#change(entry === undefined ? 'create' : 'update', host, cause);
    const head = { host, cause, after: [...ensured, ...(this.freed.get(host) ?? [])] };
    return [this.build.graph.add('gateway.configure', head, { config })];
  }

  #ensure(host: LiveHost): readonly number[] {
    const image = this.build.desired.options.gatewayImage ?? DEFAULT_GATEWAY_IMAGE;
    const live = host.containers.find((c) => c.name === GATEWAY_NAME);
    if (live?.state === 'running' && live.image === image) return [];
    const cause =
      live === undefined
        ? 'none on this host'
        : live.state === 'running'
          ? `image changed ${live.image} → ${image}`
          : `is ${live.state}, should run`;
    this.#change(live === undefined ? 'create' : 'update', host.name, cause);
    const after = this.resources.image(host.name, image);
    return [this.build.graph.add('gateway.ensure', { host: host.name, cause, after }, { image })];
  }

  /** What is served while the old set still is: the wanted, and what only the old set needs. */
  #between(host: LiveHost, entry: GatewayEntry | undefined, config: GatewayConfig | undefined): GatewayConfig {
    const wanted = config ?? { stack: this.build.stack, listeners: [], backends: [] };
    if (entry === undefined) return wanted;
    const listeners = entry.config.listeners.filter(
      (l) => !wanted.listeners.some((w) => w.port === l.port) && !this.#isTaken(host.name, l.port),
    );
    const used = new Set(listeners.flatMap((l) => [...l.rules.map((r) => r.backend), l.defaultBackend ?? '']));
    const backends = entry.config.backends
      .filter((b) => used.has(b.name) && !wanted.backends.some((w) => w.name === b.name))
      .map((b) => this.#withNewPeers(b, host.name));
    if (listeners.length === 0) return wanted;
    return {
      stack: this.build.stack,
      listeners: [...wanted.listeners, ...listeners].sort((a, b) => a.port - b.port),
      backends: [...wanted.backends, ...backends],
    };
  }

  /** A host that loses its last replica passes requests on to those that have one now. */
  #withNewPeers(backend: GatewayBackend, host: string): GatewayBackend {
    const others = (this.targets.peers.get(backend.name) ?? []).filter((p) => p.host !== host);
    return others.length === 0 ? backend : { ...backend, peers: others };
  }

  /** A container of the stack wants the port for itself. */
  #isTaken(host: string, port: number): boolean {
    return this.directPorts.has(`${host} ${port}`);
  }

  #change(action: 'create' | 'update' | 'delete', host: string, cause: string): void {
    this.build.changes.push({ action, kind: 'gateway', resource: 'gateway', host, differences: [], cause });
  }
}

function isSet(known: PlacedServer, wanted: GatewayServer): boolean {
  return (
    known.backend === wanted.backend &&
    known.container === wanted.container &&
    known.port === wanted.port &&
    known.weight === wanted.weight &&
    !known.leaving
  );
}
