import type { StepRunner } from '../docker/steps/types.ts';
import { packFiles } from './archive.ts';
import { LEDGER_ROOT, ledgerName, payloadPath } from './names.ts';

/** Empties payloads in a host's copy of the ledger: the archive call cannot delete, and no bytes hold no secret. */
export const removePayloads: StepRunner<'payload.remove'> = async ({ digests }, { host, context, signal }) => {
  const tar = await packFiles(digests.map((digest) => ({ path: payloadPath(digest), bytes: new Uint8Array() })));
  await host.putArchive(ledgerName(context.stack), LEDGER_ROOT, tar, { signal });
};
