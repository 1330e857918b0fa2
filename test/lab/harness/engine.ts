import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** One engine's API over its Unix socket, reached without the network: the truth about a host, whatever is cut. */
export interface Engine {
  get<T = unknown>(path: string): Promise<T>;
  post<T = unknown>(path: string, body?: unknown): Promise<T>;
  delete(path: string): Promise<void>;
}

export function openEngine(socketPath: string): Engine {
  const call = (method: string, path: string, body?: unknown) => callEngine(socketPath, method, path, body);
  return {
    get: <T>(path: string) => call('GET', path) as Promise<T>,
    post: <T>(path: string, body?: unknown) => call('POST', path, body) as Promise<T>,
    delete: async (path) => void (await call('DELETE', path)),
  };
}

/** @throws for a status of 400 and above, except 404 and 409 of a DELETE: gone, or already going, is what was wanted */
function callEngine(socketPath: string, method: string, path: string, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    const outgoing = request({ socketPath, method, path, headers, timeout: 60_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const status = response.statusCode ?? 0;
        const isGone = method === 'DELETE' && (status === 404 || status === 409);
        if (status >= 400 && !isGone) reject(new Error(`${method} ${path}: ${status} ${text.trim()}`));
        else resolve(response.headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : text);
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer in 60 s`)));
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

interface Listed {
  readonly Id: string;
  readonly Name: string;
}

const BUILT_IN_NETWORKS = new Set(['bridge', 'host', 'none']);

interface SwarmInfo {
  readonly Swarm?: { readonly LocalNodeState?: string; readonly ControlAvailable?: boolean; readonly NodeID?: string };
}
interface SwarmNode {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Role: string };
  readonly ManagerStatus?: object;
}

/**
 * Ends the swarms of these engines. Managers that leave without a majority behind them take long over it, so all but one
 * are made workers first.
 */
export async function endSwarms(engines: readonly Engine[]): Promise<void> {
  const found = await Promise.all(
    engines.map(async (engine) => ({ engine, swarm: (await engine.get<SwarmInfo>('/info')).Swarm ?? {} })),
  );
  const members = found.filter(({ swarm }) => !['inactive', '', undefined].includes(swarm.LocalNodeState));
  const last = members.find(({ swarm }) => swarm.ControlAvailable);
  if (last?.swarm.NodeID !== undefined) await demoteOthers(last.engine, last.swarm.NodeID).catch(() => undefined);
  const leave = ({ engine }: { readonly engine: Engine }) => leaveSwarm(engine);
  await Promise.all(members.filter((one) => one !== last).map(leave));
  if (last !== undefined) await leave(last);
}

/** A busy engine gives up waiting for its own swarm to end, while that goes on. */
async function leaveSwarm(engine: Engine): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { Swarm } = await engine.get<SwarmInfo>('/info');
    if (['inactive', '', undefined].includes(Swarm?.LocalNodeState)) return;
    try {
      await engine.post('/swarm/leave?force=1');
      return;
    } catch (error) {
      if (attempt === 5) throw error;
      await sleep(1000);
    }
  }
}

/** Returns once no other node of the swarm is a manager, or 5 s later. */
async function demoteOthers(manager: Engine, ownId: string): Promise<void> {
  const until = Date.now() + 5_000;
  for (;;) {
    const nodes = await manager.get<SwarmNode[]>('/nodes');
    const managers = nodes.filter(({ ID, ManagerStatus }) => ID !== ownId && ManagerStatus !== undefined);
    if (managers.length === 0 || Date.now() > until) return;
    for (const { ID, Version, Spec } of managers.filter((node) => node.Spec.Role === 'manager'))
      await manager
        .post(`/nodes/${ID}/update?version=${Version.Index}`, { ...Spec, Role: 'worker' })
        .catch(() => undefined); // the version has moved on: looked at again
    await sleep(200);
  }
}

/** Removes every container, network and volume of an engine outside a swarm. Images stay unless asked for. */
export async function clearEngine(engine: Engine, options: { readonly images?: boolean } = {}): Promise<void> {
  const containers = await engine.get<Listed[]>('/containers/json?all=1');
  await Promise.all(containers.map(({ Id }) => engine.delete(`/containers/${Id}?force=1&v=1`)));
  const networks = (await engine.get<Listed[]>('/networks')).filter(({ Name }) => !BUILT_IN_NETWORKS.has(Name));
  await Promise.all(networks.map(({ Id }) => engine.delete(`/networks/${Id}`)));
  const { Volumes } = await engine.get<{ Volumes: Listed[] | null }>('/volumes');
  await Promise.all((Volumes ?? []).map(({ Name }) => engine.delete(`/volumes/${encodeURIComponent(Name)}?force=1`)));
  if (!options.images) return;
  for (const { Id } of await engine.get<Listed[]>('/images/json')) await engine.delete(`/images/${Id}?force=1`);
}
