import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileReader } from '../compiler/source/reader.ts';
import type { DesiredState } from '../model/desired.ts';
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import { currentCache } from './cli/cache.ts';
import type { CompiledStack, CompileInput } from './compile.ts';
import { diskReader } from './disk-reader.ts';
import type { Environment } from './settings.ts';

/** One call of the reader. */
type Read = readonly [kind: 'text' | 'bytes' | 'isDirectory' | 'list', path: string];

interface Entry {
  readonly reads: readonly Read[];
  /** Over all answers of the reads and the environment variables that count. */
  readonly fingerprint: string;
  readonly desired: DesiredState;
  readonly diagnostics: readonly Diagnostic[];
  readonly positions: readonly (readonly [string, Position])[];
}

const MAX_ENTRIES = 50;

/**
 * Compiles, or takes the result of an earlier run over the same inputs. The bytes of configs and secrets
 * are never kept, so the result has no payloads: enough for a plan, not for its steps. A stack with pull secrets is
 * compiled each time, as planning asks its registries.
 *
 * An entry counts when every file and folder that was read then answers the same now, and every
 * environment variable whose name stands in one of these texts has the same value.
 *
 * @throws DiagnosticError as `compile` does
 */
export async function compileWithoutPayloads(input: CompileInput): Promise<CompiledStack> {
  const cache = currentCache();
  const directory = cache?.directory();
  if (!cache || directory === undefined) return await compileNow(input);
  const file = join(directory, `${digest([cache.build, inputKey(input)])}.json`);
  const reader = input.reader ?? diskReader;
  const known = readEntry(file);
  const isEnough = known?.desired.workloads.every((w) => w.template.pullSecrets.length === 0);
  if (known && isEnough && fingerprintNow(known.reads, reader, input.env) === known.fingerprint) {
    const { desired, diagnostics, positions } = known;
    return { desired, diagnostics, positions: new Map(positions), payloads: new Map() };
  }
  const observed = new ReadRecorder(reader);
  const compiled = await compileNow({ ...input, reader: observed });
  const { desired, diagnostics, positions } = compiled;
  // What a command printed then says nothing about now.
  if (compiled.requests !== undefined) return compiled;
  writeEntry(directory, file, {
    reads: observed.reads,
    fingerprint: observed.fingerprint(input.env),
    desired,
    diagnostics,
    positions: [...positions],
  });
  return compiled;
}

async function compileNow(input: CompileInput): Promise<CompiledStack> {
  const { compile } = await import('./compile.ts');
  return await compile(input);
}

/** What was given beside files and environment. The inventory takes no part in compiling. */
function inputKey({ settings, stdin, parameters, recursive }: CompileInput): string {
  const { inventory: _inventory, leftOut: _leftOut, warnings: _warnings, ...given } = settings;
  return JSON.stringify([given, stdin, parameters ?? {}, recursive ?? false]);
}

/** Variables that count wherever they are not named: how compose is told its files and profiles. */
const ALWAYS = /^(HOME|PWD|COMPOSE_|DOCKER_|STOWAGE_)/;

/** Reads on, and remembers each call with a digest of its answer as it was then. */
class ReadRecorder implements FileReader {
  readonly #reader: FileReader;
  readonly #answers = new Map<string, unknown>();
  readonly #texts: string[] = [];
  readonly reads: Read[] = [];

  constructor(reader: FileReader) {
    this.#reader = reader;
  }

  readText(path: string): string | undefined {
    return this.#note(['text', path], this.#reader.readText(path));
  }

  readBytes(path: string): Uint8Array | undefined {
    return this.#note(['bytes', path], this.#reader.readBytes(path));
  }

  isDirectory(path: string): boolean {
    return this.#note(['isDirectory', path], this.#reader.isDirectory(path));
  }

  list(path: string): readonly string[] {
    return this.#note(['list', path], this.#reader.list(path));
  }

  /** The same for the same answers and the same values of the variables that the texts name. */
  fingerprint(env: Environment): string {
    const variables = Object.keys(env)
      .filter((name) => ALWAYS.test(name) || this.#texts.some((text) => text.includes(name)))
      .sort()
      .map((name) => [name, env[name]]);
    return digest([JSON.stringify([...this.#answers]), JSON.stringify(variables)]);
  }

  #note<T>(read: Read, answer: T): T {
    const key = read.join(' ');
    if (this.#answers.has(key)) return answer;
    this.reads.push(read);
    const isContent = typeof answer === 'string' || answer instanceof Uint8Array;
    if (isContent) this.#texts.push(typeof answer === 'string' ? answer : Buffer.from(answer).toString('latin1'));
    this.#answers.set(key, isContent ? digest([answer]) : (answer ?? null));
    return answer;
  }
}

/** What the same calls answer now. */
function fingerprintNow(reads: readonly Read[], reader: FileReader, env: Environment): string {
  const observed = new ReadRecorder(reader);
  for (const [kind, path] of reads) {
    if (kind === 'text') observed.readText(path);
    else if (kind === 'bytes') observed.readBytes(path);
    else if (kind === 'list') observed.list(path);
    else observed.isDirectory(path);
  }
  return observed.fingerprint(env);
}

function readEntry(file: string): Entry | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Entry;
  } catch {
    return undefined;
  }
}

function writeEntry(directory: string, file: string, entry: Entry): void {
  try {
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(entry), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
    const files = readdirSync(directory).map((name) => join(directory, name));
    const byAge = files.map((path) => ({ path, time: statSync(path).mtimeMs })).sort((a, b) => b.time - a.time);
    for (const { path } of byAge.slice(MAX_ENTRIES)) unlinkSync(path);
  } catch {
    // The cache only saves time.
  }
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
