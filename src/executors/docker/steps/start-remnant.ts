import { LABEL } from '../../../model/labels.ts';
import type { ContainerSpec } from '../../../model/spec.ts';
import type { Step } from '../../../model/step.ts';
import { isStatus } from '../../transport/errors.ts';
import { inspectOwn } from './container.ts';
import { createContainer } from './container-create.ts';
import { removeContainer } from './container-remove.ts';
import { engineWords } from './failure.ts';
import type { StepScope } from './types.ts';

/**
 * An engine that was killed while it started a container leaves a task behind that belongs to nobody: every later
 * start of that container ends with "task …: already exists", for good.
 */
export function isRemnant(error: unknown): boolean {
  return isStatus(error, 500) && /\btask \S+ already exists|id already in use/i.test(engineWords(error));
}

/**
 * Puts a container of the same specification in the place of one that never ran and cannot be started any more.
 *
 * @returns false when it ran before, or does not tell its specification: then it is left as it is
 */
export async function replaceRemnant(step: Step<'container.start'>, scope: StepScope): Promise<boolean> {
  const { host, context, signal } = scope;
  const found = await inspectOwn(host, step.container, context.stack, signal);
  const text = found?.Config.Labels?.[LABEL.spec];
  if (found?.State.Status !== 'created' || text === undefined) return false;
  const spec = JSON.parse(text) as ContainerSpec;
  const { id, host: name, cause, after, replica, container } = step;
  const common = { id, host: name, cause, after, replica };
  await removeContainer({ ...common, kind: 'container.remove', container, destructive: true }, scope);
  await createContainer({ ...common, kind: 'container.create', spec }, scope);
  return true;
}
