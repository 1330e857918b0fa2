import { type Adoption, adoptionNote } from '../../../model/adoption.ts';
import { canonicalJson } from '../../../model/canonical.ts';
import { LABEL } from '../../../model/labels.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import type { NetworkSpec, VolumeSpec } from '../../../model/step.ts';
import { identityLabels } from '../spec/create-options.ts';
import { foreign, inspectContainer } from './container.ts';
import { replaceNote } from './container-change.ts';
import { stepFailure } from './failure.ts';
import { inspectNetwork } from './network.ts';
import { identityOf } from './own.ts';
import type { StepRunner, StepScope } from './types.ts';
import { inspectVolume } from './volume.ts';

/** Notes that a container is the stack's. The container itself is not touched. */
export const adoptContainer: StepRunner<'container.adopt'> = async (step, scope) => {
  const found = await inspectContainer(scope.host, step.id, scope.signal);
  if (found === undefined) throw missing('container', step.container);
  const identity = { stack: scope.context.stack, replica: step.replica, revision: scope.context.revision };
  const labels = identityLabels(step.spec, identity);
  await note({ kind: 'container', id: found.Id, labels }, found.Config.Labels, step.container, scope);
};

/** Notes that a network is the stack's. */
export const adoptNetwork: StepRunner<'network.adopt'> = async (step, scope) => {
  const found = await inspectNetwork(scope.host, step.id, scope.signal);
  if (found === undefined) throw missing('network', step.network.name);
  const labels = resourceLabels(step.network, scope.context.stack);
  await note({ kind: 'network', id: found.Id, labels }, found.Labels, step.network.name, scope);
};

/** Notes that a volume is the stack's; its data is neither read nor changed. */
export const adoptVolume: StepRunner<'volume.adopt'> = async (step, scope) => {
  const { name } = step.volume;
  const found = await inspectVolume(scope.host, name, scope.signal);
  if (found === undefined) throw missing('volume', name);
  const labels = resourceLabels(step.volume, scope.context.stack);
  await note({ kind: 'volume', id: name, labels }, found.Labels, name, scope);
};

/** The labels that networks and volumes of ours are created with. */
function resourceLabels(spec: NetworkSpec | VolumeSpec, stack: string): Readonly<Record<string, string>> {
  const text = canonicalJson(spec);
  return {
    [LABEL.stack]: stack,
    [LABEL.resource]: spec.resource,
    [LABEL.specHash]: sha256Hex(text),
    [LABEL.spec]: text,
  };
}

async function note(
  adoption: Adoption,
  labels: Readonly<Record<string, string>> | null,
  name: string,
  scope: StepScope,
): Promise<void> {
  const { kind, id } = adoption;
  const owner = (await identityOf(scope.host, { kind, id, labels }, scope.signal))[LABEL.stack];
  if (owner !== undefined && owner !== scope.context.stack) throw foreign(kind, name, scope.context.stack);
  await replaceNote(scope, adoptionNote(adoption));
}

function missing(kind: Adoption['kind'], name: string) {
  return stepFailure(`${kind}/missing`, `${kind} to take over is not there`, {
    detail: name,
    why: 'someone removed it, or made it anew, since the plan was made',
    fix: 'run stowage import again',
  });
}
