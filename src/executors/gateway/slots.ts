import type {
  GatewayConfig,
  GatewayEntry,
  GatewayServer,
  GatewayServerRef,
  PlacedServer,
} from '../../model/gateway.ts';

const FEWEST_SLOTS = 8;

/** An entry of a stack that has nothing in the gateway yet. */
export function emptyEntry(stack: string): GatewayEntry {
  return { config: { stack, listeners: [], backends: [] }, servers: [], slots: {} };
}

/**
 * The entry with another configuration. Servers of back ends that stay are kept, and are asked as they were: they are
 * of the release that has the earlier check.
 */
export function withConfig(entry: GatewayEntry, config: GatewayConfig): GatewayEntry {
  const names = new Set(config.backends.map((b) => b.name));
  const pathOf = ({ backends }: GatewayConfig, name: string) => backends.find((b) => b.name === name)?.checkPath;
  const servers = entry.servers
    .filter((s) => names.has(s.backend))
    .map(({ check, ...server }): PlacedServer => {
      const path = check === undefined ? pathOf(entry.config, server.backend) : check.path;
      if (path === pathOf(config, server.backend)) return server;
      return { ...server, check: path === undefined ? {} : { path } };
    });
  return {
    config,
    servers,
    slots: Object.fromEntries([...names].sort().map((name) => [name, entry.slots[name] ?? FEWEST_SLOTS])),
  };
}

/**
 * The entry with servers added or changed. A server keeps its place; a new one takes the first free place, and a back
 * end that is full gets twice as many.
 *
 * @param addresses container → address
 */
export function withServers(
  entry: GatewayEntry,
  servers: readonly GatewayServer[],
  addresses: ReadonlyMap<string, string>,
): GatewayEntry {
  const slots: Record<string, number> = { ...entry.slots };
  const placed: PlacedServer[] = [...entry.servers];
  for (const server of servers) {
    const index = placed.findIndex((s) => isSame(s, server));
    const address = addresses.get(server.container) ?? placed[index]?.address ?? '';
    const slot = placed[index]?.slot ?? freeSlot(placed, server.backend);
    const have = slots[server.backend] ?? FEWEST_SLOTS;
    slots[server.backend] = slot > have ? have * 2 : have;
    const check = placed[index]?.check;
    if (index >= 0) placed[index] = { ...server, address, slot, ...(check === undefined ? {} : { check }) };
    else placed.push({ ...server, address, slot });
  }
  placed.sort((a, b) => (a.backend < b.backend ? -1 : a.backend > b.backend ? 1 : a.slot - b.slot));
  return { ...entry, servers: placed, slots };
}

/** The entry with some servers on their way out. */
export function withLeaving(entry: GatewayEntry, servers: readonly GatewayServerRef[]): GatewayEntry {
  const isMeant = (s: PlacedServer) => servers.some((r) => isSame(s, r));
  return { ...entry, servers: entry.servers.map((s) => (isMeant(s) ? { ...s, leaving: true } : s)) };
}

/** The entry without some servers. */
export function withoutServers(entry: GatewayEntry, servers: readonly GatewayServerRef[]): GatewayEntry {
  return { ...entry, servers: entry.servers.filter((s) => !servers.some((r) => isSame(s, r))) };
}

export function isSame(a: GatewayServerRef, b: GatewayServerRef): boolean {
  return a.backend === b.backend && a.container === b.container;
}

function freeSlot(placed: readonly PlacedServer[], backend: string): number {
  const taken = new Set(placed.filter((s) => s.backend === backend).map((s) => s.slot));
  let slot = 1;
  while (taken.has(slot)) slot++;
  return slot;
}
