import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY_NAME, type GatewayEntry } from '../../model/gateway.ts';
import { containerPath } from '../docker/steps/container.ts';
import type { StepScope } from '../docker/steps/types.ts';
import { isStatus } from '../transport/errors.ts';
import { ask, parseWorkers } from './client.ts';
import { type GatewayInspect, gatewayContainer } from './container.ts';
import { notInForce } from './failures.ts';
import { putForCheck, putInForce } from './files.ts';
import { HANDOVER_SOCKET } from './paths.ts';
import { renderConfig } from './render.ts';

/** Names while one takes the place of another. */
export const GATEWAY_NEXT = `${GATEWAY_NAME}-next`;
export const GATEWAY_LAST = `${GATEWAY_NAME}-last`;

const START_MS = 15_000;
const SOCKET_MS = 5000;
/** How long the predecessor may take to end the requests it has. */
const DRAIN_MS = 30_000;

/**
 * A new container in place of the host's gateway. Beside one that runs it is started with the listening sockets of that
 * one, which then takes nothing new and ends when its requests have; so no connection is refused or lost.
 */
export async function replaceGateway(
  scope: StepScope,
  old: GatewayInspect | undefined,
  image: string,
  entries: readonly GatewayEntry[],
): Promise<void> {
  const { host, signal, context } = scope;
  const [next, last] = [GATEWAY_NEXT, GATEWAY_LAST];
  await removeContainer(scope, next);
  const takesOver = old?.State.Running === true && (await offersSockets(scope, entries));
  const body = gatewayContainer(image, takesOver);
  const { Id } = await host.post<{ Id: string }>('/containers/create', body, { name: next }, { signal });
  if (!takesOver) {
    await removeContainer(scope, last);
    const rendered = renderConfig(entries, { hasIpv6: false });
    await putForCheck(host, Id, rendered, context.payloads, signal);
    await putInForce(host, Id, rendered.text, signal);
    if (old !== undefined) await removeContainer(scope, old.Id);
    await host.post(containerPath(Id, '/rename'), undefined, { name: GATEWAY_NAME }, { signal });
    await host.post(containerPath(Id, '/start'), undefined, undefined, { signal });
    await waitForWorker(scope);
    return;
  }
  await host.post(containerPath(Id, '/start'), undefined, undefined, { signal });
  await waitForWorker(scope, next).catch(async (error: unknown) => {
    await removeContainer(scope, next);
    throw error;
  });
  await removeContainer(scope, last);
  await host.post(containerPath(old.Id, '/rename'), undefined, { name: last }, { signal });
  await host.post(containerPath(Id, '/rename'), undefined, { name: GATEWAY_NAME }, { signal });
  await retire(scope, last);
}

/** Makes sure that the one that runs hands its sockets out: one from an earlier version learns it by a reload. */
async function offersSockets({ host, signal }: StepScope, entries: readonly GatewayEntry[]): Promise<boolean> {
  const answers = async () => (await ask(host, GATEWAY_NAME, [`unix ${HANDOVER_SOCKET}`], signal))[0] === 'ok';
  if (await answers()) return true;
  const [ipv6] = await ask(host, GATEWAY_NAME, ['ipv6'], signal);
  await putInForce(host, GATEWAY_NAME, renderConfig(entries, { hasIpv6: ipv6 === 'ok' }).text, signal);
  await host.post(containerPath(GATEWAY_NAME, '/kill'), undefined, { signal: 'SIGUSR2' }, { signal });
  for (const deadline = performance.now() + SOCKET_MS; performance.now() < deadline; ) {
    await sleep(100, undefined, { signal });
    if (await answers()) return true;
  }
  return false;
}

/** Takes no new connection, ends those it has, and goes. */
async function retire(scope: StepScope, container: string): Promise<void> {
  const { host, signal } = scope;
  await host.post(containerPath(container, '/update'), { RestartPolicy: { Name: 'no' } }, undefined, { signal });
  await host.post(containerPath(container, '/kill'), undefined, { signal: 'SIGUSR1' }, { signal });
  for (const deadline = performance.now() + DRAIN_MS; ; ) {
    const { State } = await host.get<GatewayInspect>(containerPath(container, '/json'), undefined, { signal });
    if (!State.Running) break;
    if (performance.now() > deadline) {
      scope.warn(stillOpen(host.name));
      break;
    }
    await sleep(100, undefined, { signal });
  }
  await removeContainer(scope, container);
}

function stillOpen(host: string) {
  return {
    severity: 'warning' as const,
    code: 'gateway/sessions-cut',
    message: 'connections had not ended when the gateway was replaced',
    where: `host ${host}`,
    why: `some were still open after ${DRAIN_MS / 1000} s`,
  };
}

/** Waits until HAProxy takes connections in a container. */
export async function waitForWorker({ host, signal }: StepScope, container = GATEWAY_NAME): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const { State } = await host.get<GatewayInspect>(containerPath(container, '/json'), undefined, { signal });
    if (State.Running && !State.Restarting) {
      const [answer = ''] = await ask(host, container, ['cli show proc'], signal);
      if (parseWorkers(answer).current !== undefined) return;
    }
    if (performance.now() > deadline) throw await notInForce(host, 'HAProxy did not start');
    await sleep(100, undefined, { signal });
  }
}

export async function removeContainer({ host, signal }: StepScope, container: string): Promise<void> {
  try {
    await host.delete(containerPath(container), { force: true }, { signal });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}
