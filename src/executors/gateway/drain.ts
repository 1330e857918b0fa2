import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY_NAME, type GatewayServerRef, type PlacedServer } from '../../model/gateway.ts';
import type { StepRunner, StepScope } from '../docker/steps/types.ts';
import { ask, toWorker, workers } from './client.ts';
import { changeEntry } from './configure.ts';
import { isSame, withLeaving, withoutServers } from './slots.ts';
import { parseStat } from './state.ts';
import { httpName, tcpName } from './words.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/**
 * Takes servers out: no new session from now on, then waits for those they have. Sessions that outlive the step's time
 * end when their container stops; how many is said.
 */
export const drainGateway: StepRunner<'gateway.drain'> = async (step, scope) => {
  const { host, signal, context } = scope;
  let leaving: readonly PlacedServer[] = [];
  await changeEntry(scope, context.stack, (entry) => {
    leaving = entry.servers.filter((s) => step.servers.some((r) => isSame(r, s)));
    return { entry: withLeaving(entry, step.servers), confirm: [] };
  });
  if (leaving.length === 0) return;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const sessions = await countSessions(scope, leaving);
    const isOver = scope.elapsedMs() >= step.timeoutSeconds * 1000;
    if (sessions > 0 && isOver) scope.warn(cutOff(host.name, step.servers, sessions, step.timeoutSeconds));
    if (sessions === 0 || isOver) break;
    scope.progress(`${sessions} sessions left`);
    await sleep(pauseMs, undefined, { signal });
  }
  await changeEntry(scope, context.stack, (entry) => ({
    entry: withoutServers(entry, step.servers),
    confirm: [],
    isNoteOnly: true,
  }));
};

/** Sessions the servers still have, in all processes. */
async function countSessions({ host, signal }: StepScope, servers: readonly PlacedServer[]): Promise<number> {
  const { current, old } = await workers(host, GATEWAY_NAME, signal);
  const pids = [...(current === undefined ? [] : [current]), ...old];
  const stats = await ask(
    host,
    GATEWAY_NAME,
    pids.map((pid) => toWorker(pid, 'show stat')),
    signal,
  );
  return stats
    .flatMap(parseStat)
    .filter((line) =>
      servers.some(
        (s) => [httpName(s.backend), tcpName(s.backend)].includes(line.section) && line.name === `s${s.slot}`,
      ),
    )
    .reduce((sum, line) => sum + line.sessions, 0);
}

function cutOff(host: string, servers: readonly GatewayServerRef[], sessions: number, seconds: number) {
  return {
    severity: 'warning' as const,
    code: 'gateway/sessions-cut',
    message: 'sessions had not ended when their replica was stopped',
    where: `host ${host}, ${servers.map((s) => s.container).join(', ')}`,
    why: `${sessions} were still open after ${seconds} s`,
    fix: 'give a longer stop grace period when they must end by themselves',
  };
}
