import { DiagnosticError } from '../../model/diagnostic.ts';
import type { RunEvent } from '../../model/events.ts';
import { EXIT } from '../../model/exit-codes.ts';
import type { AuditLine, LedgerState, Revision, RevisionOutcome, RevisionRecord } from '../../model/revision.ts';
import { resumedIds } from '../../model/revision-share.ts';
import { sha256Hex } from '../../model/spec-hash.ts';
import type { LedgerFile } from './archive.ts';
import { encodeDocument } from './document.ts';
import { JournalWriter } from './journal.ts';
import { areNotesUnchanged, noteName } from './journal-notes.ts';
import { AUDIT_DOC, MEMBERS_DOC, payloadPath, revisionPath, TOKEN_DOC } from './names.ts';
import type { BeginOptions, Begun, LedgerOptions } from './options.ts';
import { type LedgerReading, readLedger } from './read.ts';
import { repairFiles } from './repair.ts';
import { DEFAULT_RETENTION, prune } from './retention.ts';
import { areUnchanged } from './stamp.ts';
import { LedgerStore } from './store.ts';

const MOST_HOSTS = 3;
const AUDIT_LINES = 500;

/** Reads the ledger and makes ready to write it. Nothing is written yet, except that lost access to a volume is restored. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const ledger = new Ledger(options, new LedgerStore(options.stack, options.connections));
  await ledger.read(options.known);
  return ledger;
}

/** A stack's ledger, for who changes the stack. Everything that writes needs the stack's lock. */
export class Ledger {
  #reading: LedgerReading | undefined;
  #members: readonly string[] = [];
  #journal: JournalWriter | undefined;
  #written: Promise<void> = Promise.resolve();
  #auditSeq = 0;
  #isUpToDate = false;
  /** What goes to each host ahead of what is written next. */
  #owed = new Map<string, readonly LedgerFile[]>();
  #audit: readonly AuditLine[] = [];
  /** The line about how this run ended, and how often that was written. */
  #end: AuditLine | undefined;
  #commits = 0;
  #refuseLost: (() => Promise<void>) | undefined;
  readonly #options: LedgerOptions;
  readonly #store: LedgerStore;

  constructor(options: LedgerOptions, store: LedgerStore) {
    this.#options = options;
    this.#store = store;
  }

  /** Reads all copies anew, unless they are known: one call to each host. */
  async read(known?: LedgerReading): Promise<LedgerState> {
    const { connections, stack, inventory } = this.#options;
    const isKnown = known !== undefined && (known.copies.length > 0 || known.hidden.length > 0 || known.isNone);
    let reading = isKnown ? known : await readLedger(connections, stack, inventory);
    if (await this.#restoreAccess(reading)) reading = await readLedger(connections, stack, inventory);
    this.#reading = reading;
    this.#isUpToDate = false;
    this.#members = this.#chooseMembers(reading);
    this.#auditSeq = reading.merged.auditSeq;
    this.#audit = reading.merged.audit;
    return reading.state;
  }

  /** What `read` would find, by a cheaper look where nothing was written since. */
  async readAgain(): Promise<LedgerState> {
    const { connections, stack } = this.#options;
    const { state, copies, notes } = this.#read;
    if (state.problems.length > 0) return await this.read();
    const looks = [areUnchanged(connections, stack, copies), areNotesUnchanged(connections, stack, notes)];
    return (await Promise.all(looks)).every(Boolean) ? state : await this.read();
  }

  /** What `read` found. */
  get state(): LedgerState {
    return this.#read.state;
  }

  /** The same with what another writer needs besides. */
  get reading(): LedgerReading {
    return this.#read;
  }

  /** The hosts that keep a copy from the next write on; most of them carry the lock. */
  get members(): readonly string[] {
    return this.#members;
  }

  /** Highest fencing token given out so far. */
  get token(): number {
    return this.#read.merged.token;
  }

  /**
   * Begins to write the revision that is about to be applied, with its payloads. Copies that were away or are damaged are
   * brought up to date first.
   *
   * @throws when the ledger has errors (newer, in conflict, most of it away); `written` does when it cannot be written on
   *   most of its hosts
   */
  async begin(options: BeginOptions): Promise<Begun> {
    this.#refuseErrors();
    this.#refuseLost = options.refuseLost;
    const resumed = this.#read.state.revisions.find((r) => r.revision.number === options.resume);
    const preparing = this.#ensureMembers({ withNextWrite: true });
    const work = resumed === undefined ? this.#beginNew(options) : this.#goOn(resumed, options);
    const [{ revision, files }] = await Promise.all([work, preparing]);
    return this.#begun(revision, this.#write(files));
  }

  async #beginNew({ meta, token, above = 0, payloads: given }: BeginOptions): Promise<Beginning> {
    const { state, merged } = this.#read;
    const number = Math.max(merged.lastNumber, above) + 1;
    const digests = [...given.keys()].sort();
    const revision: Revision = { ...meta, number, token, payloads: digests };
    const kept = new Set(state.revisions.flatMap((r) => r.revision.payloads));
    const payloads = digests.filter((digest) => !kept.has(digest));
    this.#journal = this.#newJournal(number);
    const { startedAtMs: atMs, action, by, cause: text } = revision;
    const line = { atMs, action, by, revision: number, outcome: 'begun', text } as const;
    const files = [
      ...prune(state.revisions, state.current?.revision.number, (this.#options.keep ?? DEFAULT_RETENTION) - 1, digests),
      ...payloads.map((d) => ({ path: payloadPath(d), bytes: given.get(d) ?? new Uint8Array() })),
      document(revisionPath(number, 'revision.json.gz'), revision),
      this.#auditFile(line),
      this.#tokenFile(token),
    ];
    return { revision, files };
  }

  /** Goes on with a revision that is there: only who does it, and with which token, is written. */
  async #goOn(resumed: RevisionRecord, { meta, token }: BeginOptions): Promise<Beginning> {
    const { revision } = resumed;
    const { startedAtMs: atMs, by, cause: text } = meta;
    const line = { atMs, action: revision.action, by, revision: revision.number, outcome: 'resumed', text } as const;
    this.#journal = this.#newJournal(revision.number, resumed, resumedIds(resumed, meta.steps));
    return { revision, files: [this.#auditFile(line), this.#tokenFile(token)] };
  }

  /** Who waits for it hears of its failure; that nobody does yet is no crash. */
  #begun(revision: Revision, write: Promise<unknown>): Begun {
    const { notes } = this.#read;
    this.#written = write.then(() => this.#store.removeNotes(notes));
    this.#written.catch(() => undefined);
    return { revision, written: this.#written };
  }

  /** A listener of the run that `begin` announced. Writes in the background. */
  readonly journal = (event: RunEvent): void => this.#journal?.note(event);

  /** Writes how the run ended, with its line in the audit; again in the place of what was written before. */
  async commit(revision: Revision, outcome: RevisionOutcome): Promise<void> {
    await this.#written;
    const journal = (await this.#journal?.end()) ?? [];
    const { by, action, number, cause: text } = revision;
    const line: AuditLine = { atMs: outcome.endedAtMs, action, by, revision: number, outcome: outcome.status, text };
    await this.#refuseLost?.();
    const path = revisionPath(number, 'outcome.json');
    const seq = (this.#read.merged.seqs.get(path) ?? 0) + ++this.#commits;
    this.#audit = this.#audit.filter((other) => other !== this.#end);
    this.#end = line;
    await this.#write([...journal, document(path, { ...outcome, seq }), this.#auditFile(line)]);
    await this.#store.removeNotes();
  }

  /** Brings copies that are behind up to date, without anything new. */
  async repair(): Promise<void> {
    this.#refuseErrors();
    await this.#ensureMembers();
    await this.#store.removeNotes(this.#read.notes);
  }

  /** Adds a line that belongs to no revision (`stowage unlock`). */
  async note(line: AuditLine): Promise<void> {
    await this.#ensureMembers();
    await this.#write([this.#auditFile(line)]);
  }

  /** Bytes of a config or secret of a kept revision, checked; undefined when no copy has them. */
  async payload(digest: string): Promise<Uint8Array | undefined> {
    for (const host of this.#members.filter((member) => this.#options.connections.has(member))) {
      const bytes = await this.#store.readPayload(host, digest).catch(() => undefined);
      if (bytes !== undefined && `sha256:${sha256Hex(bytes)}` === digest) return bytes;
    }
    return undefined;
  }

  /** Takes the ledger off all hosts after the stack itself is gone: always its containers, its volumes only when told. */
  async remove(options: { readonly withHistory: boolean }): Promise<void> {
    const hosts = [...this.#options.connections.keys()];
    await Promise.all(hosts.map((host) => this.#store.remove(host, options.withHistory)));
  }

  #refuseErrors(): void {
    const errors = this.#read.state.problems.filter((problem) => problem.severity === 'error');
    if (errors.length > 0) throw new DiagnosticError(errors, EXIT.failed);
  }

  get #read(): LedgerReading {
    if (this.#reading === undefined) throw new Error('the ledger was not read yet');
    return this.#reading;
  }

  #newJournal(revision: number, before?: RevisionRecord, ids?: ReadonlyMap<number, number>): JournalWriter {
    const { seqs } = this.#read.merged;
    const halves = (['journal-a.json', 'journal-b.json'] as const).map((doc) => seqs.get(revisionPath(revision, doc)));
    const seq = Math.max(0, ...halves.map((half) => half ?? 0));
    const write = async (file: LedgerFile, fileSeq: number) => {
      await this.#refuseLost?.();
      await this.#store.noteOnMost(this.#members, noteName(this.#options.stack, revision, fileSeq), file);
    };
    return new JournalWriter(revision, write, { journal: before?.journal, seq, ids });
  }

  #tokenFile(token: number): LedgerFile {
    const highest = Math.max(this.#read.merged.token, token);
    return document(TOKEN_DOC, { seq: highest, token: highest });
  }

  #write(files: readonly LedgerFile[]): Promise<readonly string[]> {
    const before = this.#owed;
    this.#owed = new Map();
    return this.#store.writeToMost(this.#members, files, before, this.#refuseLost);
  }

  #auditFile(line: AuditLine): LedgerFile {
    this.#audit = [...this.#audit, line].slice(-AUDIT_LINES);
    return document(AUDIT_DOC, { seq: ++this.#auditSeq, lines: this.#audit });
  }

  /** Members stay; free places up to three go to hosts that can be reached, by name. */
  #chooseMembers({ members }: LedgerReading): readonly string[] {
    const others = [...this.#options.connections.keys()].filter((host) => !members.includes(host)).sort();
    return [...members, ...others].slice(0, Math.max(MOST_HOSTS, members.length)).sort();
  }

  /** Brings every member that can be reached up to date, now or in the same call as what is written next. */
  async #ensureMembers({ withNextWrite = false } = {}): Promise<void> {
    if (this.#isUpToDate) return;
    this.#isUpToDate = true;
    const { members, merged, copies } = this.#read;
    const reachable = this.#members.filter((host) => this.#options.connections.has(host));
    const isNew = merged.members === undefined || members.join() !== this.#members.join();
    const seq = (merged.members?.seq ?? 0) + (isNew ? 1 : 0);
    const list = document(MEMBERS_DOC, { seq, hosts: this.#members });
    const results = await Promise.allSettled(
      reachable.map(async (host) => {
        const copy = copies.find((c) => c.host === host);
        if (copy === undefined) await this.#store.ensure(host);
        const files = await repairFiles(copy, merged, (digest) => this.payload(digest));
        const owed = isNew ? [...files, list] : files;
        if (withNextWrite) this.#owed.set(host, owed);
        else await this.#store.write(host, owed);
      }),
    );
    const foreign = results.flatMap((r) =>
      r.status === 'rejected' && isForeign(r.reason) ? r.reason.diagnostics : [],
    );
    if (foreign.length > 0) throw new DiagnosticError(foreign, EXIT.failed);
  }

  /** Makes the container of access anew on hosts that keep a copy, or have the volume of one, and do not show it. */
  async #restoreAccess({ members, copies, hidden }: LedgerReading): Promise<boolean> {
    const lacksCopy = (host: string) => members.includes(host) && !copies.some((copy) => copy.host === host);
    const isHidden = (host: string) => (copies.length > 0 ? lacksCopy(host) : hidden.includes(host));
    const hosts = [...this.#options.connections.keys()].filter(isHidden);
    const results = await Promise.allSettled(hosts.map((host) => this.#store.ensure(host)));
    return results.some((result) => result.status === 'fulfilled');
  }
}

interface Beginning {
  readonly revision: Revision;
  readonly files: readonly LedgerFile[];
}

function isForeign(error: unknown): error is DiagnosticError {
  return error instanceof DiagnosticError && error.diagnostics.some(({ code }) => code === 'ledger/foreign');
}

function document(path: string, body: unknown): LedgerFile {
  return { path, bytes: encodeDocument(path, body) };
}
