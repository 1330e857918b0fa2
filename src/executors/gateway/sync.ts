import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY_NAME, type GatewayEntry, type GatewayServerRef } from '../../model/gateway.ts';
import { containerPath } from '../docker/steps/container.ts';
import type { PayloadSource } from '../docker/steps/types.ts';
import type { HostConnection } from '../transport/connection.ts';
import { ask, parseWorkers, toWorker } from './client.ts';
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

const CONFIRM_MS = 10_000;
const PAUSE_MS = 60;

/**
 * Brings the running gateway to the entries: servers, weights and drains at run time, all else by a hitless reload of
 * a configuration that HAProxy has checked. Done when HAProxy reports it so.
 */
export async function syncGateway(input: SyncInput): Promise<void> {
  const { host, signal, payloads, entries } = input;
  const [listed = '', ipv6 = ''] = await ask(host, GATEWAY_NAME, ['cli show proc', 'ipv6'], signal);
  const rendered = renderConfig(entries, { hasIpv6: ipv6 === 'ok' });
  const { current, old } = parseWorkers(listed);
  if (current === undefined) throw await notInForce(host, 'HAProxy has no worker');
  if ((await structureOf(host, current, signal)) === rendered.structure) {
    await putInForce(host, GATEWAY_NAME, rendered.text, signal);
  } else {
    await putForCheck(host, GATEWAY_NAME, rendered, payloads, signal);
    await check(host, signal);
    await checkPorts(input);
    const traits = { hasIpv6: ipv6 === 'ok' };
    await reload(host, rendered, signal).catch(async (error: unknown) => {
      await putInForce(host, GATEWAY_NAME, renderConfig(input.before, traits).text, signal);
      throw error;
    });
  }
  await applyServers(input, wantedServers(entries), old);
}

async function structureOf(host: HostConnection, pid: number, signal: AbortSignal): Promise<string | undefined> {
  const [info = ''] = await ask(host, GATEWAY_NAME, [toWorker(pid, 'show info')], signal);
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

async function reload(host: HostConnection, rendered: RenderedConfig, signal: AbortSignal): Promise<void> {
  await putInForce(host, GATEWAY_NAME, rendered.text, signal);
  await host.post(containerPath(GATEWAY_NAME, '/kill'), undefined, { signal: 'SIGUSR2' }, { signal });
  const deadline = performance.now() + CONFIRM_MS;
  while (performance.now() < deadline) {
    await sleep(PAUSE_MS, undefined, { signal });
    const [listed = ''] = await ask(host, GATEWAY_NAME, ['cli show proc'], signal);
    const { current } = parseWorkers(listed);
    if (current !== undefined && (await structureOf(host, current, signal)) === rendered.structure) return;
  }
  throw await notInForce(host, 'the new configuration was checked, but its process did not start');
}

/** Old processes are told as well: a connection they still have must not meet a server that goes. */
async function applyServers(input: SyncInput, wanted: readonly WantedServer[], old: readonly number[]): Promise<void> {
  const { host, signal } = input;
  const deadline = performance.now() + CONFIRM_MS;
  let problem = '';
  while (performance.now() < deadline) {
    const [listed = ''] = await ask(host, GATEWAY_NAME, ['cli show proc'], signal);
    const workers = parseWorkers(listed);
    const pids = [...(workers.current === undefined ? [] : [workers.current]), ...new Set([...workers.old, ...old])];
    const states = await ask(
      host,
      GATEWAY_NAME,
      pids.map((pid) => toWorker(pid, 'show servers state')),
      signal,
    );
    const servers = states.map(parseServers);
    const commands = pids.flatMap((pid, i) =>
      commandsFor(wanted, servers[i] ?? []).map((command) => toWorker(pid, command)),
    );
    const answers = await ask(host, GATEWAY_NAME, commands, signal);
    const down = downServers(input, servers[0] ?? []);
    if (commands.length === 0 && down.length === 0) return;
    problem = down.length > 0 ? `not up: ${down.join(', ')}` : answers.filter(Boolean).join('; ');
    if (commands.length === 0) await sleep(PAUSE_MS, undefined, { signal });
  }
  throw await notInForce(host, problem);
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
