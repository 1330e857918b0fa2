import { GATEWAY_NAME, GATEWAY_ROLE } from '../../model/gateway.ts';
import { LABEL } from '../../model/labels.ts';
import { containerPath } from '../docker/steps/container.ts';
import type { StepRunner, StepScope } from '../docker/steps/types.ts';
import { isStatus } from '../transport/errors.ts';
import { type GatewayInspect, gatewayContainer } from './container.ts';
import { withGatewayLock } from './lock.ts';
import { ensureNetwork, removeNetwork } from './network.ts';
import { readEntries } from './notes.ts';
import { GATEWAY_LAST, GATEWAY_NEXT, removeContainer, replaceGateway, waitForWorker } from './replace.ts';
import { syncGateway } from './sync.ts';

/** Network, volume and container of the host's gateway; what all stacks had in it is served again. */
export const ensureGateway: StepRunner<'gateway.ensure'> = async (step, scope) => {
  const { host, signal } = scope;
  await withGatewayLock(host, signal, async () => {
    await ensureNetwork(host, signal);
    const entries = [...(await readEntries(host, signal)).values()].map((n) => n.entry);
    const labels = { [LABEL.role]: GATEWAY_ROLE };
    await host.post('/volumes/create', { Name: GATEWAY_NAME, Labels: labels }, undefined, { signal });
    const hash = gatewayContainer(step.image).Labels[LABEL.specHash];
    const found = await inspectGateway(scope);
    if (found === undefined || found.Config.Labels?.[LABEL.specHash] !== hash)
      await replaceGateway(scope, found, step.image, entries);
    else {
      if (!found.State.Running) await host.post(containerPath(found.Id, '/start'), undefined, undefined, { signal });
      await waitForWorker(scope);
    }
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

/** Takes the gateway away with all that belongs to it; for when no stack publishes anything on the host any more. */
export async function removeGateway(scope: StepScope): Promise<void> {
  for (const name of [GATEWAY_NAME, GATEWAY_NEXT, GATEWAY_LAST]) await removeContainer(scope, name);
  await removeNetwork(scope.host, scope.signal);
  try {
    await scope.host.delete(`/volumes/${GATEWAY_NAME}`, undefined, { signal: scope.signal });
  } catch (error) {
    if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
  }
}
