import type { Step } from '../../../model/step.ts';
import { isStatus } from '../../transport/errors.ts';
import { FeatureGate } from '../spec/features.ts';
import { endpointSettings } from '../spec/network.ts';
import { hasNames, inspectOwn } from './container.ts';
import { engineWords, stepFailure } from './failure.ts';
import type { StepRunner } from './types.ts';

/** Joins a container to a network under these names; a container that is on it under other names is joined anew. */
export const connectNetwork: StepRunner<'network.connect'> = async (step, { host, context, signal }) => {
  const found = await inspectOwn(host, step.container, context.stack, signal);
  if (found === undefined) {
    throw stepFailure('container/missing', 'container is not there', { detail: step.container, fix: 'plan again' });
  }
  const path = `/networks/${encodeURIComponent(step.network)}`;
  const endpoint = found.NetworkSettings.Networks[step.network];
  if (endpoint !== undefined) {
    if (hasNames(found, step)) return;
    await host.post(`${path}/disconnect`, { Container: found.Id }, undefined, { signal });
  }
  const body = { Container: found.Id, EndpointConfig: endpointOf(step, host.apiVersion) };
  await host.post(`${path}/connect`, body, undefined, { signal });
};

function endpointOf({ aliases, attachment, container }: Step<'network.connect'>, apiVersion: string): object {
  if (attachment === undefined) return { Aliases: aliases };
  return endpointSettings(attachment, new FeatureGate(apiVersion, container));
}

/** Takes a container off a network; one that is not on it, or gone, is done. */
export const disconnectNetwork: StepRunner<'network.disconnect'> = async (step, { host, context, signal }) => {
  const found = await inspectOwn(host, step.container, context.stack, signal);
  if (found?.NetworkSettings.Networks[step.network] === undefined) return;
  try {
    const path = `/networks/${encodeURIComponent(step.network)}/disconnect`;
    await host.post(path, { Container: found.Id }, undefined, { signal });
  } catch (error) {
    if (!isStatus(error, 404) && !/is not connected/i.test(engineWords(error))) throw error;
  }
};
