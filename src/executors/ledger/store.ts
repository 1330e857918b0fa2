import { setTimeout as sleep } from 'node:timers/promises';
import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { LABEL } from '../../model/labels.ts';
import { removeVolume } from '../docker/steps/container-remove.ts';
import { createHelper } from '../docker/steps/helper-container.ts';
import { isPassingTrouble } from '../docker/steps/passing.ts';
import type { HostConnection, HostReader } from '../transport/connection.ts';
import { isStatus } from '../transport/errors.ts';
import { type LedgerFile, packFiles, unpackFiles } from './archive.ts';
import { type JournalNote, readVolumes, writeNote } from './journal-notes.ts';
import { LEDGER_LABEL, LEDGER_ROOT, ledgerName, PAYLOADS, payloadPath } from './names.ts';
import { foreignLedger } from './problems.ts';

const IO_TIMEOUT_MS = 60_000;
/** How long a host that is lost, or whose engine is down, is tried again. */
const TROUBLE_MS = 30_000;
const PAUSE_MS = 500;

export interface WriteOptions {
  /** The same for all hosts that get the same. */
  readonly stamp?: string;
  /** Asked before a write that failed is tried again; throws when it may not be any more. */
  readonly refuseLost?: (() => Promise<void>) | undefined;
}

/** The volume of a stack's ledger on its hosts, as the archive calls reach it, and the notes beside it. */
export class LedgerStore {
  /** Notes of the run that may be on hosts. */
  #notes: Pick<JournalNote, 'host' | 'name'>[] = [];

  constructor(
    readonly stack: string,
    readonly connections: ReadonlyMap<string, HostConnection>,
  ) {}

  /**
   * Makes volume and container of access where they are missing.
   *
   * @throws `ledger/foreign` when a name belongs to something that is not ours
   */
  async ensure(host: string): Promise<void> {
    const connection = this.#connection(host);
    await patiently(connection, () => this.#ensureOn(connection));
  }

  async #ensureOn(connection: HostConnection): Promise<void> {
    const name = ledgerName(this.stack);
    const labels = { [LEDGER_LABEL]: this.stack, [LABEL.role]: 'ledger' };
    const volume = await connection.post<VolumeLabels>('/volumes/create', { Name: name, Labels: labels });
    this.#mustBeOurs(connection, volume.Labels);
    const mounts = { Mounts: [{ Type: 'volume', Source: name, Target: LEDGER_ROOT }] };
    try {
      await createHelper(connection, { name, labels, mounts });
    } catch (error) {
      if (!isStatus(error, 409)) throw error;
      const { Config } = await connection.get<ContainerLabels>(`/containers/${name}/json`);
      this.#mustBeOurs(connection, Config.Labels);
    }
  }

  /**
   * Writes files, in order. A file in the place of a folder removes the folder. A host that is lost meanwhile, or whose
   * engine restarts, is tried again: it gets the same.
   */
  async write(host: string, files: readonly LedgerFile[], options: WriteOptions = {}): Promise<void> {
    if (files.length === 0) return;
    const { stamp = crypto.randomUUID(), refuseLost } = options;
    const tar = await packFiles(files, stamp);
    const connection = this.#connection(host);
    const name = ledgerName(this.stack);
    const put = () => connection.putArchive(name, LEDGER_ROOT, tar, { timeoutMs: IO_TIMEOUT_MS });
    await patiently(connection, put, refuseLost);
  }

  /** Digests of the payloads that a host's copy has bytes of; none where it keeps no copy. */
  static async payloads(reader: HostReader, stack: string): Promise<string[]> {
    try {
      const tar = await reader.getArchive(ledgerName(stack), `${LEDGER_ROOT}/${PAYLOADS}`);
      const files = [...(await unpackFiles(tar, ''))].filter(([, bytes]) => bytes.length > 0);
      return files.map(([path]) => `sha256:${path.slice(path.lastIndexOf('/') + 1)}`).sort();
    } catch (error) {
      if (isStatus(error, 404)) return [];
      throw error;
    }
  }

  /**
   * Writes the same to several hosts at once.
   *
   * @param before what each host gets ahead of it, in the same call
   * @returns those that have it now
   * @throws the first failure when not most of them have it
   */
  async writeToMost(
    hosts: readonly string[],
    files: readonly LedgerFile[],
    before: ReadonlyMap<string, readonly LedgerFile[]>,
    refuseLost: WriteOptions['refuseLost'],
  ): Promise<readonly string[]> {
    const options = { stamp: crypto.randomUUID(), refuseLost };
    return await onMost(hosts, (host) => this.write(host, [...(before.get(host) ?? []), ...files], options));
  }

  /**
   * Notes the journal of a run on several hosts at once, in the place of what it noted before.
   *
   * @throws the first failure when not most of them have it
   */
  async noteOnMost(hosts: readonly string[], name: string, file: LedgerFile): Promise<void> {
    const before = this.#notes;
    this.#notes = hosts.map((host) => ({ host, name }));
    try {
      await onMost(hosts, (host) => writeNote(this.#connection(host), this.stack, name, file));
    } catch (error) {
      this.#notes.push(...before);
      throw error;
    }
    await this.#remove(before);
  }

  /** Removes the notes of the run and those given, once the copies have what they say. */
  async removeNotes(others: readonly JournalNote[] = []): Promise<void> {
    const own = this.#notes;
    this.#notes = [];
    await this.#remove([...own, ...others]);
  }

  /** Where a host cannot be reached, its notes stay: whoever reads them next removes them. */
  async #remove(notes: readonly Pick<JournalNote, 'host' | 'name'>[]): Promise<void> {
    const here = notes.filter(({ host }) => this.connections.has(host));
    await Promise.allSettled(here.map(({ host, name }) => removeVolume(this.#connection(host), name)));
  }

  /** Bytes of one payload on one host; undefined when it is not there. */
  async readPayload(host: string, digest: string): Promise<Uint8Array | undefined> {
    try {
      const path = `${LEDGER_ROOT}/${payloadPath(digest)}`;
      const tar = await this.#connection(host).getArchive(ledgerName(this.stack), path);
      return [...(await unpackFiles(tar, '')).values()][0];
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw error;
    }
  }

  /** Removes container and, if told, volume of a host; the rest of the stack must be gone. */
  async remove(host: string, withVolume: boolean): Promise<void> {
    const connection = this.#connection(host);
    const name = ledgerName(this.stack);
    const { notes } = await readVolumes(connection, this.stack);
    await Promise.all(notes.map((note) => removeVolume(connection, note.name)));
    const paths = [`/containers/${name}`, ...(withVolume ? [`/volumes/${name}`] : [])];
    for (const path of paths) {
      try {
        await connection.delete(path);
      } catch (error) {
        if (!isStatus(error, 404)) throw error;
      }
    }
  }

  #connection(host: string): HostConnection {
    const connection = this.connections.get(host);
    if (connection === undefined) throw new RangeError(`no connection to ${host}`);
    return connection;
  }

  #mustBeOurs(connection: HostConnection, labels: Labels): void {
    if (labels?.[LEDGER_LABEL] === this.stack) return;
    throw new DiagnosticError([foreignLedger(ledgerName(this.stack), connection.name)], EXIT.failed);
  }
}

/** Does what can be done twice, again while the host is away or its engine restarts. */
async function patiently(
  connection: HostConnection,
  act: () => Promise<void>,
  refuseLost?: WriteOptions['refuseLost'],
): Promise<void> {
  const until = performance.now() + TROUBLE_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isPassingTrouble(error) || performance.now() > until) throw error;
      if (connection.isConnected) await sleep(PAUSE_MS);
      else await connection.reconnect({ timeoutMs: until - performance.now() });
      await refuseLost?.();
    }
  }
}

/** @returns those where it was done; throws the first failure when that is not most of them */
async function onMost(hosts: readonly string[], act: (host: string) => Promise<void>): Promise<readonly string[]> {
  const results = await Promise.allSettled(hosts.map(act));
  const done = hosts.filter((_, index) => results[index]?.status === 'fulfilled');
  if (done.length > hosts.length / 2) return done;
  const failed = results.find((result) => result.status === 'rejected');
  throw cannotWrite(done.length, hosts.length, failed?.reason);
}

type Labels = Readonly<Record<string, string>> | null;
type VolumeLabels = { readonly Labels: Labels };
type ContainerLabels = { readonly Config: { readonly Labels: Labels } };

function cannotWrite(written: number, all: number, cause: unknown): DiagnosticError {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'ledger/write',
    message: 'the ledger cannot be written',
    why: `${written} of ${all} hosts that keep it took the document: ${cause instanceof Error ? cause.message : cause}`,
    fix: 'bring the hosts back and make room on their disks, then run again',
  };
  return new DiagnosticError([diagnostic], EXIT.failed);
}
