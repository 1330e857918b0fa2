import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY_NAME, type GatewayEntry, type GatewayServerRef } from '../../model/gateway.ts';
import { containerPath } from '../docker/steps/container.ts';
import type { PayloadSource } from '../docker/steps/types.ts';
import type { HostConnection } from '../transport/connection.ts';
import { ask, parseWorkers, toWorker, workers } from './client.ts';
import { notInForce, portTaken, refused } from './failures.ts';
import { putForCheck, putInForce } from './files.ts';
import { CHECKED_NAME, FOLDER } from './paths.ts';
import { type RenderedConfig, renderConfig } from './render.ts';
import { commandsFor, parseServers, type WantedServer, wantedServers } from './state.ts';
import { httpName, tcpName } from './words.ts';

export interface SyncInput {
  readonly host: HostConnection;
  readonly signal: AbortSignal;
  readonly payloads: PayloadSource;
  /** What all stacks shall have. */
  readonly entries: readonly GatewayEntry[];
  /** What they had, to tell new ports from old. */
  readonly before: readonly GatewayEntry[];
  /** Servers that must be up for the change to count. */
  readonly confirm: readonly GatewayServerRef[];
}

/** A process starts in tenths of a second; on a host that is far overloaded it has been seen to take longer than ten. */
const CONFIRM_MS = 30_000;
const PAUSE_MS = 60;

/**
 * Brings the running gateway to the entries: servers, weights and drains at run time, all else by a hitless reload of
 * a configuration that HAProxy has checked. Done when HAProxy reports it so.
 */
export async function syncGateway(input: SyncInput): Promise<void> {
  const { host, signal, payloads, entries } = input;
  const [listed = '', ipv6 = ''] = await ask(host, GATEWAY_NAME, ['cli show proc', 'ipv6'], signal);
  const traits = { hasIpv6: ipv6 === 'ok' };
  const rendered = renderConfig(entries, traits);
  const { current, old } = parseWorkers(listed);
  if (current === undefined) throw await notInForce(host, 'HAProxy has no worker');
  const [info = '', ...states] = await ask(
    host,
    GATEWAY_NAME,
    [toWorker(current, 'show info'), ...[current, ...old].map(showServers)],
    signal,
  );
  if (structureOf(info) === rendered.structure) {
    await putInForce(host, GATEWAY_NAME, rendered.text, signal);
    await applyServers(input, wantedServers(entries), [current, ...old], states);
    return;
  }
  await putForCheck(host, GATEWAY_NAME, rendered, payloads, signal);
  await check(host, signal);
  await checkPorts(input);
  const next = await reload(host, rendered, signal).catch(async (error: unknown) => {
    await putInForce(host, GATEWAY_NAME, renderConfig(input.before, traits).text, signal);
    throw error;
  });
  await applyServers(input, wantedServers(entries), [next, current, ...old], []);
}

const showServers = (pid: number) => toWorker(pid, 'show servers state');

/** The structure a process tells as its description. */
function structureOf(info: string): string | undefined {
  return /^description: (\S+)/m.exec(info)?.[1];
}

async function check(host: HostConnection, signal: AbortSignal): Promise<void> {
  const result = await host.exec(GATEWAY_NAME, ['haproxy', '-c', '-f', `${FOLDER}/${CHECKED_NAME}`], { signal });
  if (result.exitCode !== 0) throw refused(host, `${result.stdout}\n${result.stderr}`);
}

/** A port held by somebody else shows only when it is bound, and then the old process has to step back for a moment. */
async function checkPorts({ host, signal, entries, before }: SyncInput): Promise<void> {
  const had = new Set(before.flatMap((e) => e.config.listeners.map((l) => l.port)));
  const fresh = entries
    .flatMap((e) => e.config.listeners)
    .filter((l) => !had.has(l.port))
    .map((l) => ({ port: l.port, ip: l.hostIp === undefined || l.hostIp.includes(':') ? '0.0.0.0' : l.hostIp }));
  const requests = fresh.map(({ ip, port }) => `free ${ip} ${port}`);
  const answers = await ask(host, GATEWAY_NAME, requests, signal);
  fresh.forEach(({ port }, i) => {
    const words = answers[i] ?? '';
    if (words.startsWith('!')) throw portTaken(host, port, words);
  });
}

/** Returns the process that now takes new connections. */
async function reload(host: HostConnection, rendered: RenderedConfig, signal: AbortSignal): Promise<number> {
  await putInForce(host, GATEWAY_NAME, rendered.text, signal);
  await host.post(containerPath(GATEWAY_NAME, '/kill'), undefined, { signal: 'SIGUSR2' }, { signal });
  const deadline = performance.now() + CONFIRM_MS;
  while (performance.now() < deadline) {
    await sleep(PAUSE_MS, undefined, { signal });
    const { current } = await workers(host, GATEWAY_NAME, signal);
    if (current === undefined) continue;
    const [info = ''] = await ask(host, GATEWAY_NAME, [toWorker(current, 'show info')], signal);
    if (structureOf(info) === rendered.structure) return current;
  }
  throw await notInForce(host, 'the new configuration was checked, but its process did not start');
}

/** Old processes are told as well: a connection they still have must not meet a server that goes. */
async function applyServers(
  input: SyncInput,
  wanted: readonly WantedServer[],
  pids: readonly number[],
  known: readonly string[],
): Promise<void> {
  const { host, signal } = input;
  const deadline = performance.now() + CONFIRM_MS;
  let states = known.length > 0 ? known : await ask(host, GATEWAY_NAME, pids.map(showServers), signal);
  for (;;) {
    const servers = states.map(parseServers);
    const commands = pids.flatMap((pid, i) =>
      commandsFor(wanted, servers[i] ?? []).map((command) => toWorker(pid, command)),
    );
    const down = downServers(input, servers[0] ?? []);
    if (commands.length === 0 && down.length === 0) return;
    if (performance.now() > deadline) {
      throw await notInForce(host, down.length > 0 ? `not up: ${down.join(', ')}` : `refused: ${commands.join('; ')}`);
    }
    if (commands.length === 0) await sleep(PAUSE_MS, undefined, { signal });
    const answers = await ask(host, GATEWAY_NAME, [...commands, ...pids.map(showServers)], signal);
    states = answers.slice(commands.length);
  }
}

/** Places of servers to confirm that HAProxy does not call up. */
function downServers({ entries, confirm }: SyncInput, runtime: ReturnType<typeof parseServers>): string[] {
  const placed = entries.flatMap((e) => e.servers);
  const wanted = confirm.flatMap((ref) =>
    placed.filter((s) => s.backend === ref.backend && s.container === ref.container),
  );
  return wanted
    .filter(({ backend, slot }) => {
      const sections = [httpName(backend), tcpName(backend)];
      const mine = runtime.filter((r) => sections.includes(r.section) && r.name === `s${slot}`);
      return mine.length === 0 || mine.some((r) => !r.isUp);
    })
    .map((s) => s.container);
}
