import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY_NAME, GATEWAY_ROLE } from '../../model/gateway.ts';
import { LABEL } from '../../model/labels.ts';
import { containerPath, inspectContainer } from '../docker/steps/container.ts';
import { createHelper } from '../docker/steps/helper-container.ts';
import { isGone, markProcess, type ProcessMark } from '../ledger/lock/holder.ts';
import type { HostConnection } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';

const NAME = `${GATEWAY_NAME}-lock`;
const PROCESS_LABEL = `${LABEL.prefix}lock-process`;
/** A holder that shows no sign for so long is gone: no change takes that long. */
const LEASE_MS = 60_000;
const PAUSE_MS = 150;

/** Steps of this process wait here and leave the host alone meanwhile. */
const queues = new WeakMap<HostConnection, Promise<unknown>>();

/**
 * Changes one host's gateway, which all stacks share, one at a time. The lock is a container name on the host; one
 * of a process of this machine that is gone, and one that stays the same for a minute, is of a holder that died.
 */
export async function withGatewayLock<T>(
  host: HostConnection,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const before = queues.get(host) ?? Promise.resolve();
  const mine = before.then(async () => {
    const id = await claim(host, signal);
    try {
      return await work();
    } finally {
      await release(host, id);
    }
  });
  queues.set(
    host,
    mine.catch(() => undefined),
  );
  return await mine;
}

async function claim(host: HostConnection, signal: AbortSignal): Promise<string> {
  const process = markProcess();
  const ownMark = process && JSON.stringify(process);
  const labels = { [LABEL.role]: `${GATEWAY_ROLE}-lock`, ...(ownMark && { [PROCESS_LABEL]: ownMark }) };
  let holder: string | undefined;
  let sinceMs = performance.now();
  for (;;) {
    try {
      return await createHelper(host, { name: NAME, labels, mounts: {} }, signal);
    } catch (error) {
      if (!isStatus(error, 409)) throw error;
    }
    const found = await inspectContainer(host, NAME, signal);
    if (found?.Id !== holder) [holder, sinceMs] = [found?.Id, performance.now()];
    const mark = found?.Config.Labels?.[PROCESS_LABEL];
    // Only one step of this process is here: its claim was made when the connection was lost, before it heard of it.
    if (found !== undefined && mark !== undefined && mark === ownMark) return found.Id;
    if (found !== undefined && (isGone(parseMark(mark)) || performance.now() - sinceMs > LEASE_MS)) {
      await release(host, found.Id);
    }
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

function parseMark(text: string | undefined): ProcessMark | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as ProcessMark);
  } catch {
    return undefined;
  }
}

async function release(host: HostConnection, id: string): Promise<void> {
  try {
    await host.delete(containerPath(id), { force: true });
  } catch (error) {
    if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
  }
}
