import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY_NAME, type GatewayServer } from '../../model/gateway.ts';
import type { Step } from '../../model/step.ts';
import type { StepRunner, StepScope } from '../docker/steps/types.ts';
import { attach } from './attach.ts';
import { ask } from './client.ts';
import { changeEntry } from './configure.ts';
import { unreachable } from './failures.ts';
import { withServers } from './slots.ts';

const REACH_MS = 10_000;

/** Servers come in, or get another weight; a new one only once the gateway has connected to it. */
export const switchGateway: StepRunner<'gateway.switch'> = async (step: Step<'gateway.switch'>, scope) => {
  await changeEntry(scope, scope.context.stack, async (entry) => {
    const addresses = new Map<string, string>();
    for (const server of step.servers) {
      if (!addresses.has(server.container))
        addresses.set(server.container, await attach(scope.host, server.container, scope.signal));
    }
    await reach(scope, step.servers, addresses);
    return { entry: withServers(entry, step.servers, addresses), confirm: step.servers };
  });
};

async function reach(
  { host, signal }: StepScope,
  servers: readonly GatewayServer[],
  addresses: ReadonlyMap<string, string>,
): Promise<void> {
  const deadline = performance.now() + REACH_MS;
  for (;;) {
    const requests = servers.map((s) => `tcp ${addresses.get(s.container)} ${s.port}`);
    const answers = await ask(host, GATEWAY_NAME, requests, signal);
    const index = answers.findIndex((a) => a !== 'ok');
    const failed = servers[index];
    if (failed === undefined) return;
    if (performance.now() > deadline) {
      const at = `${addresses.get(failed.container)}:${failed.port}`;
      throw unreachable(host, failed.container, at, answers[index] ?? '');
    }
    await sleep(200, undefined, { signal });
  }
}
