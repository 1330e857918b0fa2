import { LABEL } from '../../model/labels.ts';

/** Ledger and lock carry labels of their own instead of `LABEL.stack`: they are no part of what the stack runs. */
export const LEDGER_LABEL = `${LABEL.prefix}ledger`;

/** Where the volume is mounted in the container that gives access to it. */
export const LEDGER_ROOT = '/ledger';
/** Everything that planning reads. Payloads lie beside it, so that they are not. */
export const DOCS = 'docs';
export const PAYLOADS = 'payloads';

export const MEMBERS_DOC = `${DOCS}/members.json`;
export const AUDIT_DOC = `${DOCS}/audit.json`;
export const TOKEN_DOC = `${DOCS}/token.json`;

/** Name of volume and container of a stack's ledger. */
export function ledgerName(stack: string): string {
  return `stowage-ledger-${stack}`;
}

const BUCKET_SIZE = 100;

/** Folder of a bucket of a hundred revisions. */
export function bucketFolder(bucket: number): string {
  return `${DOCS}/r/${String(bucket).padStart(6, '0')}`;
}

export function bucketOf(revision: number): number {
  return Math.floor(revision / BUCKET_SIZE);
}

/** Folder of a revision's documents. */
export function revisionFolder(revision: number): string {
  return `${bucketFolder(bucketOf(revision))}/${String(revision).padStart(8, '0')}`;
}

export type RevisionDoc = 'revision.json.gz' | 'outcome.json' | 'journal-a.json' | 'journal-b.json';

export function revisionPath(revision: number, doc: RevisionDoc): string {
  return `${revisionFolder(revision)}/${doc}`;
}

/** Revision number and document of a path; undefined for any other path. */
export function parseRevisionPath(path: string): { readonly revision: number; readonly doc: RevisionDoc } | undefined {
  const match = /^docs\/r\/\d{6}\/(\d{8,})\/(revision\.json\.gz|outcome\.json|journal-[ab]\.json)$/.exec(path);
  return match ? { revision: Number(match[1]), doc: match[2] as RevisionDoc } : undefined;
}

/** `payloads/<hex>` of a digest `sha256:<hex>`. */
export function payloadPath(digest: string): string {
  return `${PAYLOADS}/${digest.replace(/^sha256:/, '')}`;
}
