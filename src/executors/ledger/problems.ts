import type { Diagnostic } from '../../model/diagnostic.ts';

type Parts = Omit<Diagnostic, 'severity' | 'code' | 'message'>;

const problem = (severity: Diagnostic['severity'], code: string, message: string, parts: Parts): Diagnostic => ({
  severity,
  code,
  message,
  ...parts,
});

/** One copy of a document is torn or changed; another is whole. */
export function tornCopy(path: string, host: string, why: string): Diagnostic {
  return problem('warning', 'ledger/torn-copy', 'a copy of a ledger document is damaged', {
    detail: path,
    where: `host ${host}`,
    why,
    fix: 'nothing to do: the next apply writes it anew from another copy',
  });
}

/** No whole copy of a document is left. */
export function lostDocument(path: string, hosts: readonly string[], why: string): Diagnostic {
  return problem('warning', 'ledger/damaged', 'a ledger document is damaged in every copy', {
    detail: path,
    where: `host ${hosts.join(', ')}`,
    why,
    fix: 'what it said is lost (that revision cannot be gone back to); check the disks of these hosts',
  });
}

/** A document of a later Stowage. */
export function newerFormat(path: string, hosts: readonly string[], format: number): Diagnostic {
  return problem('error', 'ledger/newer-format', 'the ledger was written by a newer Stowage', {
    detail: path,
    where: `host ${hosts.join(', ')}`,
    why: `it has format ${format}`,
    fix: 'use the newer version for this stack',
  });
}

/** Two whole copies of a document that never changes differ. */
export function conflict(path: string, hosts: readonly string[]): Diagnostic {
  return problem('error', 'ledger/conflict', 'copies of a ledger document differ', {
    detail: path,
    where: `host ${hosts.join(', ')}`,
    why: 'two runs wrote the same revision, each on a part of the hosts',
    fix: 'see both with stowage show revision; then remove the ledger volume on the host that is wrong',
  });
}

/** A host that keeps a copy cannot be read. */
export function copyAway(host: string, why: string): Diagnostic {
  return problem('warning', 'ledger/copy-away', 'a copy of the ledger cannot be read', {
    where: `host ${host}`,
    why,
    fix: 'nothing to do: it is brought up to date by the next apply that reaches the host',
  });
}

/** Too few copies can be read to be sure that the newest was seen. */
export function minority(readable: number, all: number): Diagnostic {
  return problem('error', 'ledger/minority', 'most copies of the ledger cannot be read', {
    why: `${readable} of ${all} hosts that keep it answer; a later revision may stand on the others`,
    fix: 'bring the hosts back, or take them out of the inventory if they are gone for good',
  });
}

/** Most hosts that kept a copy have none any more; all of them were asked, so that no later revision can be elsewhere. */
export function copiesLost(readable: number, all: number): Diagnostic {
  return problem('warning', 'ledger/copies-lost', 'most copies of the ledger are gone', {
    why: `${readable} of the ${all} hosts that keep it still have it, and all of them answer`,
    fix: 'nothing to do: the next apply writes them anew',
  });
}

/** The ledger's name belongs to something that is not ours. */
export function foreignLedger(name: string, host: string): Diagnostic {
  return problem('error', 'ledger/foreign', 'the name of the ledger belongs to something else', {
    detail: name,
    where: `host ${host}`,
    why: 'it lacks our label, so it is left alone',
    fix: 'rename or remove it, or choose another stack name',
  });
}
