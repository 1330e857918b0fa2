import type { RunContext } from '../executors/docker/steps/types.ts';
import type { HostReader } from '../executors/transport/connection.ts';
import type { Plan } from '../model/plan.ts';

export interface ImageRunners {
  readonly runners: NonNullable<RunContext['extensions']>;
  /** Closes the local engine and removes what was exported. */
  dispose(): Promise<void>;
}

const NONE: ImageRunners = { runners: {}, dispose: async () => undefined };

/** What sends images from the local engine, or from one host to another, for plans that do. */
export async function imageRunners(plan: Plan): Promise<ImageRunners> {
  if (!plan.steps.some((s) => s.kind === 'image.transfer')) return NONE;
  const [{ TemporaryImageStore }, { imageTransfer }, { openLocalEngine }] = await Promise.all([
    import('../executors/images/store.ts'),
    import('../executors/images/transfer.ts'),
    import('./local-engine.ts'),
  ]);
  let local: Promise<HostReader> | undefined;
  const store = new TemporaryImageStore(() => {
    local ??= openLocalEngine();
    return local;
  });
  return {
    runners: { 'image.transfer': imageTransfer(store) },
    dispose: async () => {
      await store.dispose();
      await (await local?.catch(() => undefined))?.close();
    },
  };
}
