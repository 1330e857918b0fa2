import { LABEL } from '../../../model/labels.ts';
import { markNote } from '../../../model/notes.ts';
import { isStatus } from '../../transport/errors.ts';
import { foreign } from './container.ts';
import { replaceNote } from './container-change.ts';
import type { StepRunner } from './types.ts';
import { inspectVolume } from './volume.ts';

/** Marks the host as cordoned or drained, for every stack; takes the mark away when it is neither. */
export const markHost: StepRunner<'host.mark'> = async (step, scope) => {
  const { host, context, signal } = scope;
  const { cordoned, drained, reason } = step;
  const note = markNote({ cordoned, drained, reason, by: context.actor });
  const found = await inspectVolume(host, note.name, signal);
  if (found !== undefined && found.Labels?.[LABEL.role] !== note.labels[LABEL.role]) {
    throw foreign('volume', note.name, context.stack);
  }
  if (cordoned || drained) return replaceNote(scope, note);
  try {
    await host.delete(`/volumes/${note.name}`, undefined, { signal });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
};
