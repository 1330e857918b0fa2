import type { Diagnostic } from '../../model/diagnostic.ts';
import type {
  AuditLine,
  Journal,
  LedgerState,
  Revision,
  RevisionOutcome,
  RevisionRecord,
} from '../../model/revision.ts';
import { type Decoded, decodeDocument } from './document.ts';
import { AUDIT_DOC, MEMBERS_DOC, parseRevisionPath, TOKEN_DOC } from './names.ts';
import { conflict, lostDocument, newerFormat, tornCopy } from './problems.ts';

/** One host's copy: the files below `docs`, by path. */
export interface LedgerCopy {
  readonly host: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Changes with each write; absent when nobody can say whether the files were read while they were written. */
  readonly stamp?: string;
}

/** Documents that change have a number that grows with every change. */
export interface Counted {
  readonly seq: number;
}
export interface Members extends Counted {
  readonly hosts: readonly string[];
}
export interface OutcomeBody extends Counted, RevisionOutcome {}
export interface JournalBody extends Counted, Journal {}
interface AuditBody extends Counted {
  readonly lines: readonly AuditLine[];
}
interface TokenBody extends Counted {
  readonly token: number;
}

/** What all copies say together, and what is needed to write. */
export interface Merged extends Omit<LedgerState, 'hosts'> {
  /** Undefined when no copy has the list. */
  readonly members: Members | undefined;
  readonly auditSeq: number;
  /** Highest fencing token given out so far. */
  readonly token: number;
  /** Highest number any revision has or had, damaged ones included. */
  readonly lastNumber: number;
  /** `seq` of each document that changes, by path. */
  readonly seqs: ReadonlyMap<string, number>;
  /** The best copy of each document, byte by byte, for repairs. */
  readonly best: ReadonlyMap<string, Uint8Array>;
}

interface Chosen {
  readonly body: unknown;
  readonly bytes: Uint8Array;
}

/**
 * Merges copies: of each document a whole copy counts, of one that changes the newest. What is damaged, newer or in
 * conflict is named, never guessed.
 */
export function mergeCopies(copies: readonly LedgerCopy[]): Merged {
  const problems: Diagnostic[] = [];
  const chosen = new Map<string, Chosen>();
  const paths = new Set(copies.flatMap((copy) => [...copy.files.keys()]));
  for (const path of [...paths].sort()) {
    if (!isDocument(path)) continue;
    const document = choose(path, copies, problems);
    if (document !== undefined) chosen.set(path, document);
  }
  const body = <T>(path: string) => chosen.get(path)?.body as T | undefined;
  const revisions = collectRevisions(chosen);
  const last = revisions.at(-1);
  const unfinished = last !== undefined && isUnfinished(last) ? last : undefined;
  const tokens = [body<TokenBody>(TOKEN_DOC)?.token ?? 0, ...revisions.map((r) => r.revision.token)];
  return {
    revisions,
    current: revisions.findLast((r) => r.outcome?.status === 'done'),
    ...(unfinished === undefined ? {} : { unfinished }),
    audit: body<AuditBody>(AUDIT_DOC)?.lines ?? [],
    problems,
    members: body<Members>(MEMBERS_DOC),
    auditSeq: body<AuditBody>(AUDIT_DOC)?.seq ?? 0,
    token: Math.max(...tokens),
    lastNumber: Math.max(0, ...[...paths].map((path) => parseRevisionPath(path)?.revision ?? 0)),
    seqs: new Map([...chosen].map(([path, document]) => [path, seqOf(document)])),
    best: new Map([...chosen].map(([path, { bytes }]) => [path, bytes])),
  };
}

/** Killed, stopped by its user, or waiting for a promotion: it can be gone on with. */
function isUnfinished({ outcome }: RevisionRecord): boolean {
  return outcome === undefined || outcome.status === 'interrupted' || outcome.status === 'paused';
}

function isDocument(path: string): boolean {
  return [AUDIT_DOC, MEMBERS_DOC, TOKEN_DOC].includes(path) || parseRevisionPath(path) !== undefined;
}

/** Documents that are written once. The others carry `seq`. */
function isImmutable(path: string): boolean {
  return path.endsWith('/revision.json.gz');
}

/** Half of a journal may be torn when a run is killed while it writes: the other half stands. */
export function isJournal(path: string): boolean {
  return /\/journal-[ab]\.json$/.test(path);
}

function choose(path: string, copies: readonly LedgerCopy[], problems: Diagnostic[]): Chosen | undefined {
  const whole: (Chosen & { host: string; sha256: string })[] = [];
  const bad: { host: string; decoded: Exclude<Decoded, { type: 'ok' }> }[] = [];
  for (const { host, files } of copies) {
    const bytes = files.get(path);
    if (bytes === undefined) continue;
    const twin = whole.find((other) => Buffer.compare(other.bytes, bytes) === 0);
    if (twin !== undefined) {
      whole.push({ ...twin, host, bytes });
      continue;
    }
    const decoded = decodeDocument(path, bytes);
    if (decoded.type === 'ok') whole.push({ host, bytes, body: decoded.body, sha256: decoded.sha256 });
    else bad.push({ host, decoded });
  }
  const newer = bad.filter((b) => b.decoded.type === 'newer');
  const [firstNewer] = newer;
  if (firstNewer?.decoded.type === 'newer') {
    problems.push(
      newerFormat(
        path,
        newer.map((b) => b.host),
        firstNewer.decoded.format,
      ),
    );
    return undefined;
  }
  if (whole.length === 0) {
    const [first] = bad;
    if (first?.decoded.type === 'corrupt' && !isJournal(path)) {
      problems.push(
        lostDocument(
          path,
          bad.map((b) => b.host),
          first.decoded.why,
        ),
      );
    }
    return undefined;
  }
  for (const { host, decoded } of bad) if (decoded.type === 'corrupt') problems.push(tornCopy(path, host, decoded.why));
  if (!isImmutable(path)) return newest(whole);
  if (new Set(whole.map((w) => w.sha256)).size > 1)
    problems.push(
      conflict(
        path,
        whole.map((w) => w.host),
      ),
    );
  return commonest(whole);
}

function newest<T extends Chosen>(whole: readonly T[]): T | undefined {
  return [...whole].sort((a, b) => seqOf(b) - seqOf(a))[0];
}

function seqOf({ body }: Chosen): number {
  return (body as Partial<Counted> | null)?.seq ?? 0;
}

function commonest<T extends { readonly sha256: string }>(whole: readonly T[]): T | undefined {
  const count = (c: T) => whole.filter((w) => w.sha256 === c.sha256).length;
  return [...whole].sort((a, b) => count(b) - count(a))[0];
}

function collectRevisions(chosen: ReadonlyMap<string, Chosen>): RevisionRecord[] {
  const parts = new Map<number, Map<string, unknown>>();
  for (const [path, { body }] of chosen) {
    const place = parseRevisionPath(path);
    if (place === undefined) continue;
    const docs = parts.get(place.revision) ?? new Map<string, unknown>();
    parts.set(place.revision, docs.set(place.doc, body));
  }
  const records: RevisionRecord[] = [];
  for (const docs of parts.values()) {
    const revision = docs.get('revision.json.gz') as Revision | undefined;
    if (revision === undefined) continue;
    const outcome = outcomeOf(docs.get('outcome.json') as OutcomeBody | undefined);
    const journal = laterJournal(docs);
    records.push({ revision, ...(outcome ? { outcome } : {}), ...(journal ? { journal } : {}) });
  }
  return records.sort((a, b) => a.revision.number - b.revision.number);
}

function outcomeOf(body: OutcomeBody | undefined): RevisionOutcome | undefined {
  if (body === undefined) return undefined;
  const { seq: _seq, ...outcome } = body;
  return outcome;
}

function laterJournal(docs: ReadonlyMap<string, unknown>): Journal | undefined {
  const halves = ['journal-a.json', 'journal-b.json']
    .map((name) => docs.get(name) as JournalBody | undefined)
    .filter((half) => half !== undefined);
  const later = halves.sort((a, b) => b.seq - a.seq)[0];
  return later && { done: later.done, failed: later.failed, open: later.open };
}
