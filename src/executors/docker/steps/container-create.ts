import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL } from '../../../model/labels.ts';
import type { ContainerSpec, SpecNetwork } from '../../../model/spec.ts';
import { specHash } from '../../../model/spec-hash.ts';
import type { Step } from '../../../model/step.ts';
import { isStatus } from '../../transport/errors.ts';
import { type CreateOptions, createOptions } from '../spec/create-options.ts';
import { type ContainerInspect, containerPath, foreign, inspectContainer } from './container.ts';
import { payloadBytes, putFiles } from './container-files.ts';
import { engineWords, stepFailure } from './failure.ts';
import { localImage, missingImage } from './local-image.ts';
import { addressOf } from './spare.ts';
import type { PayloadSource, StepRunner, StepScope } from './types.ts';

type CreateStep = Step<'container.create'>;

const CREATE_TIMEOUT_MS = 180_000;
/** How long a name may be taken by a create that is still under way. */
const NAME_SETTLE_MS = 30_000;

/** Creates the container, joins its networks and puts its files in place; an own one of the same specification is taken up. */
export const createContainer: StepRunner<'container.create'> = async (step, scope) => {
  const { spec, replica } = step;
  const { context, host, signal } = scope;
  const env = await envLines(spec, context.payloads);
  const network = heldNetwork(step, scope);
  const options = createOptions(
    spec,
    { stack: context.stack, replica, revision: context.revision, ...(network && { network }) },
    env,
    host.apiVersion,
  );
  for (const diagnostic of options.diagnostics) {
    if (diagnostic.severity === 'error') throw stepFailure(diagnostic.code, diagnostic.message, diagnostic);
    scope.warn(diagnostic);
  }
  const found = await createOrFind(step, options, scope);
  if (found !== undefined && found.State.Status !== 'created') return;
  for (const { network, endpoint } of options.connectAfter) {
    if (found?.NetworkSettings.Networks[network] !== undefined) continue;
    const body = { Container: spec.name, EndpointConfig: endpoint };
    await host.post(`/networks/${encodeURIComponent(network)}/connect`, body, undefined, { signal });
  }
  if (spec.files.length > 0) await putFiles(host, spec.name, spec, context, signal);
};

/** Its networks with the names it has from the start; undefined when it has all of them then. */
function heldNetwork({ spec, held = [] }: CreateStep, scope: StepScope): SpecNetwork | undefined {
  if (spec.network.mode !== 'networks') return undefined;
  const addresses = new Map(held.map((h) => [h, addressOf(h, scope)]));
  const later = held.filter((h) => addresses.get(h) !== undefined);
  if (later.length === 0) return undefined;
  const attachments = spec.network.attachments.map((attachment) => {
    const found = later.find((h) => h.network === attachment.network);
    return found === undefined
      ? attachment
      : { ...attachment, aliases: found.aliases, ipv4Address: addresses.get(found) as string };
  });
  return { ...spec.network, attachments };
}

/** `NAME=value` lines in the order of names; secret values come from the payloads. */
export async function envLines(spec: ContainerSpec, payloads: PayloadSource): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(spec.env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const text =
      'value' in value
        ? value.value
        : Buffer.from(
            await payloadBytes(payloads, value.digest, `environment variable ${name} of ${spec.name}`),
          ).toString();
    lines.push(`${name}=${text}`);
  }
  return lines;
}

/** Undefined when the container was made now; what was there, when an earlier attempt had made it. */
async function createOrFind(
  step: CreateStep,
  options: CreateOptions,
  scope: StepScope,
): Promise<ContainerInspect | undefined> {
  const { host, signal } = scope;
  const query = { name: options.name, platform: options.platform };
  let body = options.body;
  for (let waitedMs = 0; ; waitedMs += 500) {
    try {
      const answer = await host.post<{ Warnings?: string[] | null }>('/containers/create', body, query, {
        signal,
        timeoutMs: CREATE_TIMEOUT_MS,
      });
      for (const warning of answer.Warnings ?? []) scope.warn(engineWarning(step, warning));
      return undefined;
    } catch (error) {
      if (isStatus(error, 409)) {
        const found = await findOwn(step, scope);
        if (found !== undefined) return found;
        if (waitedMs >= NAME_SETTLE_MS) throw error;
        await sleep(500, undefined, { signal });
      } else if (isStatus(error, 404) && /no such image/i.test(engineWords(error))) {
        const image = await localImage(host, step.spec.image, step.spec.imageDigest, signal);
        if (image === undefined || image === body.Image) throw missingImage(step.spec.image, step.spec.imageDigest);
        body = { ...body, Image: image };
      } else throw explain(error, step);
    }
  }
}

/** The container that has the name, if it is this step's own; undefined when the name is only reserved as yet. */
async function findOwn(step: CreateStep, { host, context, signal }: StepScope): Promise<ContainerInspect | undefined> {
  const found = await inspectContainer(host, step.spec.name, signal);
  if (found === undefined) return undefined;
  const labels = found.Config.Labels ?? {};
  if (labels[LABEL.stack] !== context.stack) throw foreign('container', step.spec.name, context.stack);
  if (labels[LABEL.specHash] === specHash(step.spec)) return found;
  throw stepFailure('container/name-taken', 'a container of this stack has the name and another specification', {
    detail: `${step.spec.name}, of revision ${labels[LABEL.revision] ?? 'unknown'}`,
    why: 'it was created after this plan was made, or another run works on the same stack',
    fix: 'plan again',
  });
}

function explain(error: unknown, step: CreateStep): unknown {
  const words = engineWords(error);
  if (/no space left on device/i.test(words)) {
    return stepFailure('host/disk-full', 'disk of the host is full', {
      detail: step.spec.name,
      why: words,
      fix: 'make room on the host (docker system df shows what takes it), then apply again',
    });
  }
  if (isStatus(error, 400)) {
    return stepFailure('container/refused', 'engine refused the container', { detail: step.spec.name, why: words });
  }
  return error;
}

function engineWarning(step: CreateStep, warning: string) {
  return {
    severity: 'warning' as const,
    code: 'engine/warning',
    message: 'the engine warns about a container',
    detail: `${containerPath(step.spec.name).slice('/containers/'.length)}: ${warning}`,
  };
}
