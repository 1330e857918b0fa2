import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import { DiagnosticError } from '../../../model/diagnostic.ts';
import { namesNote, namesNoteName } from '../../../model/notes.ts';
import type { SpecAttachment } from '../../../model/spec.ts';
import type { HostConnection } from '../../transport/connection.ts';
import { FeatureGate } from '../spec/features.ts';
import { endpointSettings } from '../spec/network.ts';
import { type ContainerInspect, hasNames, inspectOwn } from './container.ts';
import { removeVolume } from './container-remove.ts';
import { engineWords, stepFailure } from './failure.ts';
import { addressOf } from './spare.ts';
import type { StepRunner, StepScope } from './types.ts';

const REJOIN = 'names/rejoin';
const REJOIN_ATTEMPTS = 4;
const REJOIN_PAUSE_MS = 1000;

/** TCP sends a lost SYN again after 1 s (RFC 6298), and lost data after twice the time it has already waited. */
const SYN_RETRY_MS = 1000;
const ANSWER_MS = 100;

/** Gives a container all its names, network by network, and notes that it has them. */
export const giveNames: StepRunner<'names.give'> = async (step, scope) => {
  const found = await requireOwn(step.container, scope);
  for (const attachment of step.attachments) {
    const held = step.held.find((h) => h.network === attachment.network);
    await inTurn(scope.host, () => rejoin(found, attachment, held && addressOf(held, scope), scope));
  }
  await note(found, true, scope);
  if (step.wereTaken) await removeVolume(scope.host, namesNoteName(found.Id, false), scope.signal);
};

/**
 * Takes names from a container that is about to stop; noted first, so that it gets them again should it stay. Ends when
 * those have their answer who looked a name up before, and whose packets were lost while it was away. One that cannot
 * join again has no names either, so that is worth a warning only.
 */
export const takeNames: StepRunner<'names.take'> = async (step, scope) => {
  const found = await inspectOwn(scope.host, step.container, scope.context.stack, scope.signal);
  if (!found?.State.Running) return;
  await note(found, false, scope);
  let awayMs = 0;
  for (const attachment of step.attachments) {
    try {
      awayMs = Math.max(awayMs, await inTurn(scope.host, () => rejoin(found, attachment, undefined, scope)));
    } catch (error) {
      const [failure] = error instanceof DiagnosticError ? error.diagnostics : [];
      if (failure?.code !== REJOIN) throw error;
      scope.warn({ ...failure, severity: 'warning' });
    }
  }
  if (awayMs > 0) await sleep(Math.max(SYN_RETRY_MS, 2 * awayMs) + ANSWER_MS, undefined, { signal: scope.signal });
};

const turns = new WeakMap<HostConnection, LimitFunction>();

/**
 * One after the other on a host: engines of 20.10 lose count of a network's endpoints when several containers leave and
 * join at the same time, and then refuse to remove the network until they are restarted.
 */
function inTurn<T>(host: HostConnection, work: () => Promise<T>): Promise<T> {
  const turn = turns.get(host) ?? pLimit(1);
  turns.set(host, turn);
  return turn(work);
}

/**
 * An engine knows a container's names on a network from when it joined: it leaves and joins again with the address it
 * has, so that its connections stay. For a moment packets to it are lost, and are sent again.
 *
 * @param address what it gets when an earlier attempt ended between the two
 * @returns milliseconds it was away; 0 when it had the names already
 */
async function rejoin(
  found: ContainerInspect,
  attachment: SpecAttachment,
  address: string | undefined,
  scope: StepScope,
): Promise<number> {
  const { host, signal } = scope;
  const path = `/networks/${encodeURIComponent(attachment.network)}`;
  const endpoint = found.NetworkSettings.Networks[attachment.network];
  if (endpoint !== undefined && hasNames(found, attachment)) return 0;
  const leftAt = performance.now();
  if (endpoint !== undefined) await host.post(`${path}/disconnect`, { Container: found.Id }, undefined, { signal });
  const own = endpoint?.IPAMConfig?.IPv4Address || endpoint?.IPAddress || address;
  const ipv4Address = attachment.ipv4Address ?? own;
  const settings = endpointSettings({ ...attachment, ipv4Address }, new FeatureGate(host.apiVersion, found.Name));
  for (let attempt = 1; ; attempt += 1) {
    try {
      await host.post(`${path}/connect`, { Container: found.Id, EndpointConfig: settings }, undefined, { signal });
      return performance.now() - leftAt;
    } catch (error) {
      const words = engineWords(error);
      if (/already exists in network/i.test(words)) return performance.now() - leftAt;
      if (words === '') throw error;
      if (attempt >= REJOIN_ATTEMPTS) throw lost(attachment.network, found, error);
      await sleep(REJOIN_PAUSE_MS, undefined, { signal });
    }
  }
}

async function note(found: ContainerInspect, isNamed: boolean, { host, context, signal }: StepScope): Promise<void> {
  const { name, labels } = namesNote(context.stack, found.Id, isNamed);
  await host.post('/volumes/create', { Name: name, Labels: labels }, undefined, { signal });
}

async function requireOwn(container: string, { host, context, signal }: StepScope): Promise<ContainerInspect> {
  const found = await inspectOwn(host, container, context.stack, signal);
  if (found !== undefined) return found;
  throw stepFailure('container/missing', 'container is not there', { detail: container, fix: 'plan again' });
}

function lost(network: string, { Name }: ContainerInspect, error: unknown) {
  return stepFailure(REJOIN, 'container could not join its network again under other names', {
    detail: `${Name.replace(/^\//, '')}, network ${network}`,
    why: engineWords(error),
    fix: 'apply again, once a manager of the swarm is reachable if the network spans hosts',
  });
}
