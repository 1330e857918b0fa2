import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { HostConnection } from '../../src/executors/transport/connection.ts';
import { ROOT } from './target.ts';

const SOURCE = join(ROOT, 'test', 'lab', 'native', 'web.c');
const COMPILE = ['-O1', '-static', '-s', '-pthread', '-o'];

const HEALTH = 'HEALTHCHECK --interval=2s --timeout=2s --start-period=2s --retries=2 CMD ["/web", "check"]';
const SERVER = ['EXPOSE 8080', HEALTH, 'CMD ["/web"]'];

/** Image → what its Dockerfile has besides the one binary. */
const IMAGES: Readonly<Record<string, readonly string[]>> = {
  'stowage-demo/web:1': ['ENV NAME=web VERSION=1', ...SERVER],
  'stowage-demo/web:2': ['ENV NAME=web VERSION=2', ...SERVER],
  'stowage-demo/api:1': ['ENV NAME=api VERSION=1', ...SERVER],
  'stowage-demo/api:2': ['ENV NAME=api VERSION=2', ...SERVER],
  'stowage-demo/store:1': ['ENV NAME=db VERSION=1 DATA_DIR=/data', 'VOLUME /data', ...SERVER],
  'stowage-demo/worker:1': ['CMD ["/web", "poll", "http://api:8080/visits", "5000"]'],
};

/** Builds the demo's images on an engine; what has not changed comes from its build cache. */
export async function buildImages(engine: HostConnection): Promise<void> {
  const { Architecture } = await engine.get<{ Architecture: string }>('/info');
  const { base, files } = compileHere(Architecture) ?? compileInContainer();
  for (const [image, lines] of Object.entries(IMAGES)) {
    process.stdout.write(`building ${image}\n`);
    await buildImage(engine, image, { ...files, Dockerfile: [...base, ...lines, ''].join('\n') });
  }
}

/** The images and the stack's history: what `destroy` rightly leaves, and a demo need not. */
export async function removeLeftovers(engine: HostConnection): Promise<void> {
  await engine.delete('/volumes/stowage-ledger-demo').catch(() => undefined); // there may be none
  const listed = await engine.get<readonly { readonly RepoTags: readonly string[] | null }[]>('/images/json');
  const tags = listed.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag in IMAGES);
  for (const tag of tags) await engine.delete(`/images/${tag}`);
}

interface Recipe {
  readonly base: readonly string[];
  readonly files: Readonly<Record<string, string | Buffer>>;
}

const MACHINE: Readonly<Record<string, string>> = { x86_64: 'x64', amd64: 'x64', aarch64: 'arm64', arm64: 'arm64' };

/** With a C compiler of the engine's own kind nothing has to be downloaded. */
function compileHere(architecture: string): Recipe | undefined {
  if (process.platform !== 'linux' || MACHINE[architecture] !== process.arch) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'stowage-demo-'));
  try {
    const binary = join(directory, 'web');
    execFileSync('gcc', [...COMPILE, binary, SOURCE], { stdio: 'ignore' });
    return { base: ['FROM scratch', 'COPY web /web'], files: { web: readFileSync(binary) } };
  } catch {
    return undefined;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function compileInContainer(): Recipe {
  const compile = `RUN apk add --no-cache gcc musl-dev && gcc ${COMPILE.join(' ')} /web /web.c`;
  return {
    base: ['FROM alpine:3 AS compiler', 'COPY web.c /web.c', compile, 'FROM scratch', 'COPY --from=compiler /web /web'],
    files: { 'web.c': readFileSync(SOURCE) },
  };
}

/** @throws with the engine's own words when a line of the build fails */
async function buildImage(engine: HostConnection, image: string, files: Recipe['files']): Promise<void> {
  const context = await toTar(files);
  const headers = { 'content-type': 'application/x-tar' };
  const output = await engine.postStream('/build', context, { t: image, rm: true }, { timeoutMs: 300_000, headers });
  const problem = (await readLines(output)).find((line) => line.error !== undefined)?.error;
  if (problem !== undefined) throw new Error(`${image} could not be built: ${problem}`);
}

async function toTar(files: Recipe['files']): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode: 0o755 }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readLines(stream: Readable): Promise<readonly { readonly error?: string }[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
}
