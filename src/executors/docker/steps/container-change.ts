import { specNote } from '../../../model/notes.ts';
import { isStatus } from '../../transport/errors.ts';
import { resourceUpdate } from '../spec/resources.ts';
import { containerPath, foreign, inspectContainer, inspectOwn } from './container.ts';
import { putFiles } from './container-files.ts';
import { stepFailure } from './failure.ts';
import type { StepRunner, StepScope } from './types.ts';

/** Changes resources and restart policy in place, and notes the new specification for the next plan. */
export const updateContainer: StepRunner<'container.update'> = async (step, scope) => {
  const { host, context, signal } = scope;
  const found = await requireOwn(step.container, scope);
  const body = {
    ...resourceUpdate(step.resources),
    RestartPolicy: { Name: step.restart.name, MaximumRetryCount: step.restart.maxAttempts },
  };
  await host.post(containerPath(found.Id, '/update'), body, undefined, { signal });
  const note = specNote(context.stack, found.Id, step.spec);
  await replaceNote(scope, note);
};

/** Renames the container; done when the new name is already its own. */
export const renameContainer: StepRunner<'container.rename'> = async (step, scope) => {
  const { host, context, signal } = scope;
  const found = await inspectOwn(host, step.container, context.stack, signal);
  if (found === undefined) {
    if ((await inspectOwn(host, step.to, context.stack, signal)) !== undefined) return;
    throw missing(step.container);
  }
  try {
    await host.post(containerPath(found.Id, '/rename'), undefined, { name: step.to }, { signal });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    const holder = await inspectContainer(host, step.to, signal);
    if (holder?.Id !== found.Id) throw foreign('container', step.to, context.stack);
  }
};

/** Sends a signal; a container that does not run has nothing to be told. */
export const signalContainer: StepRunner<'container.signal'> = async (step, scope) => {
  const found = await requireOwn(step.container, scope);
  if (!found.State.Running) return scope.progress('not running, no signal needed');
  await scope.host.post(containerPath(found.Id, '/kill'), undefined, { signal: step.signal }, { signal: scope.signal });
};

/** Replaces the files of a specification in a container that exists. */
export const replaceFiles: StepRunner<'container.files'> = async (step, scope) => {
  const { host, context, signal } = scope;
  const found = await requireOwn(step.container, scope);
  await putFiles(host, found.Id, step.spec, context, signal);
  await replaceNote(scope, specNote(context.stack, found.Id, step.spec));
};

/** Labels of a volume cannot be changed, so a note is made anew. */
export async function replaceNote(scope: StepScope, note: { name: string; labels: object }): Promise<void> {
  const { host, signal } = scope;
  try {
    await host.delete(`/volumes/${note.name}`, undefined, { signal });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
  await host.post('/volumes/create', { Name: note.name, Labels: note.labels }, undefined, { signal });
}

async function requireOwn(container: string, { host, context, signal }: StepScope) {
  const found = await inspectOwn(host, container, context.stack, signal);
  if (found === undefined) throw missing(container);
  return found;
}

function missing(container: string) {
  return stepFailure('container/missing', 'container is not there', {
    detail: container,
    why: 'someone removed or renamed it since the plan was made',
    fix: 'plan and apply again',
  });
}
