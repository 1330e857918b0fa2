import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY_NAME, GATEWAY_ROLE, type GatewayEntry } from '../../model/gateway.ts';
import { LABEL } from '../../model/labels.ts';
import { containerPath } from '../docker/steps/container.ts';
import type { StepRunner, StepScope } from '../docker/steps/types.ts';
import { isStatus } from '../transport/errors.ts';
import { ask, parseWorkers } from './client.ts';
import { type GatewayInspect, gatewayContainer } from './container.ts';
import { notInForce } from './failures.ts';
import { putForCheck, putInForce } from './files.ts';
import { withGatewayLock } from './lock.ts';
import { ensureNetwork, removeNetwork } from './network.ts';
import { readEntries } from './notes.ts';
import { renderConfig } from './render.ts';
import { syncGateway } from './sync.ts';

const START_MS = 15_000;

/** Network, volume and container of the host's gateway; what all stacks had in it is served again. */
export const ensureGateway: StepRunner<'gateway.ensure'> = async (step, scope) => {
  const { host, signal } = scope;
  await withGatewayLock(host, signal, async () => {
    await ensureNetwork(host, signal);
    const entries = [...(await readEntries(host, signal)).values()].map((n) => n.entry);
    const body = gatewayContainer(step.image) as { Labels: Record<string, string> };
    const found = await inspectGateway(scope);
    const isSame = found?.Config.Labels?.[LABEL.specHash] === body.Labels[LABEL.specHash];
    if (found === undefined || !isSame) await replace(scope, found, body, entries);
    else if (!found.State.Running) await host.post(containerPath(found.Id, '/start'), undefined, undefined, { signal });
    await waitForWorker(scope);
    const { payloads } = scope.context;
    await syncGateway({ host, signal, payloads, entries, before: entries, confirm: [] });
  });
};

async function inspectGateway({ host, signal }: StepScope): Promise<GatewayInspect | undefined> {
  try {
    return await host.get<GatewayInspect>(containerPath(GATEWAY_NAME, '/json'), undefined, { signal });
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** A new container with the configuration of all stacks in place before the old one ends its last connections. */
async function replace(
  scope: StepScope,
  old: GatewayInspect | undefined,
  body: object,
  entries: readonly GatewayEntry[],
): Promise<void> {
  const { host, signal, context } = scope;
  await host.post('/volumes/create', { Name: GATEWAY_NAME, Labels: { [LABEL.role]: GATEWAY_ROLE } }, undefined, {
    signal,
  });
  const next = `${GATEWAY_NAME}-next`;
  await removeContainer(scope, next);
  const { Id } = await host.post<{ Id: string }>('/containers/create', body, { name: next }, { signal });
  const rendered = renderConfig(entries, { hasIpv6: false });
  await putForCheck(host, Id, rendered, context.payloads, signal);
  await putInForce(host, Id, rendered.text, signal);
  if (old !== undefined) await removeContainer(scope, old.Id);
  await host.post(containerPath(Id, '/rename'), undefined, { name: GATEWAY_NAME }, { signal });
  await host.post(containerPath(Id, '/start'), undefined, undefined, { signal });
}

async function waitForWorker(scope: StepScope): Promise<void> {
  const { host, signal } = scope;
  const deadline = performance.now() + START_MS;
  for (;;) {
    const found = await inspectGateway(scope);
    if (found?.State.Running && !found.State.Restarting) {
      const [answer = ''] = await ask(host, GATEWAY_NAME, ['cli show proc'], signal);
      if (parseWorkers(answer).current !== undefined) return;
    }
    if (performance.now() > deadline) throw await notInForce(host, 'HAProxy did not start');
    await sleep(100, undefined, { signal });
  }
}

/** Takes the gateway away with all that belongs to it; for when no stack publishes anything on the host any more. */
export async function removeGateway(scope: StepScope): Promise<void> {
  await removeContainer(scope, GATEWAY_NAME);
  await removeNetwork(scope.host, scope.signal);
  try {
    await scope.host.delete(`/volumes/${GATEWAY_NAME}`, undefined, { signal: scope.signal });
  } catch (error) {
    if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
  }
}

async function removeContainer({ host, signal }: StepScope, container: string): Promise<void> {
  try {
    await host.delete(containerPath(container), { force: true }, { signal });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}
