import { isStatus } from '../../transport/errors.ts';
import { containerPath, inspectOwn } from './container.ts';
import type { StepRunner } from './types.ts';

const STOP_MARGIN_MS = 60_000;

/** Stops the container with its grace period; one that is stopped or gone is done. */
export const stopContainer: StepRunner<'container.stop'> = async (step, { host, context, signal }) => {
  const found = await inspectOwn(host, step.container, context.stack, signal);
  if (found === undefined || (!found.State.Running && !found.State.Restarting)) return;
  try {
    await host.post(
      containerPath(found.Id, '/stop'),
      undefined,
      { t: step.graceSeconds },
      {
        signal,
        timeoutMs: step.graceSeconds * 1000 + STOP_MARGIN_MS,
      },
    );
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
};
