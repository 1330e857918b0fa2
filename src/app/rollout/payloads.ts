import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import type { Revision } from '../../model/revision.ts';

/**
 * Configs and secrets of a kept revision, by digest.
 *
 * @throws DiagnosticError when no copy has the bytes of one of them any more
 */
export async function payloadsOf(
  revision: Revision,
  read: (digest: string) => Promise<Uint8Array | undefined>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = await Promise.all(revision.payloads.map(async (digest) => ({ digest, bytes: await read(digest) })));
  const missing = found.filter(({ bytes }) => bytes === undefined);
  if (missing.length > 0) throw new DiagnosticError(missing.map(lostPayload), EXIT.failed);
  return new Map(found.flatMap(({ digest, bytes }) => (bytes === undefined ? [] : [[digest, bytes] as const])));
}

function lostPayload({ digest }: { readonly digest: string }): Diagnostic {
  return {
    severity: 'error',
    code: 'revision/payload-lost',
    message: 'a config or secret of the revision is in no copy of the history',
    detail: digest.slice(0, 19),
    why: 'the hosts that kept it are away, or their copies are damaged',
    fix: 'apply the files instead: stowage apply',
  };
}
