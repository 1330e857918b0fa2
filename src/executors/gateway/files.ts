import type { PayloadSource } from '../docker/steps/types.ts';
import type { HostConnection } from '../transport/connection.ts';
import { CERTIFICATES, CHECKED_NAME, CONFIG_NAME, FOLDER } from './paths.ts';
import type { RenderedConfig } from './render.ts';

interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Puts the configuration beside the one in force, to be checked, with the certificates this run has the bytes of. */
export async function putForCheck(
  host: HostConnection,
  container: string,
  rendered: RenderedConfig,
  payloads: PayloadSource,
  signal: AbortSignal,
): Promise<void> {
  const files: File[] = [{ name: CHECKED_NAME, bytes: Buffer.from(rendered.text) }];
  for (const [name, digests] of rendered.certificates) {
    const parts = await Promise.all(digests.map((d) => payloads.bytes(d)));
    const known = parts.filter((p) => p !== undefined);
    if (known.length === parts.length) files.push({ name: `${CERTIFICATES}/${name}`, bytes: joinPem(known) });
  }
  await putFiles(host, container, files, signal);
}

/** Makes the configuration the one that the next start or reload reads. */
export async function putInForce(
  host: HostConnection,
  container: string,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  await putFiles(host, container, [{ name: CONFIG_NAME, bytes: Buffer.from(text) }], signal);
}

/** PEM blocks need a line end between them. */
function joinPem(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts.flatMap((p) => [p, Buffer.from('\n')]));
}

async function putFiles(
  host: HostConnection,
  container: string,
  files: readonly File[],
  signal: AbortSignal,
): Promise<void> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const folder = { type: 'directory', mode: 0o700, uid: 0, gid: 0 } as const;
  if (files.some((f) => f.name.startsWith(`${CERTIFICATES}/`))) tar.entry({ name: CERTIFICATES, ...folder });
  for (const { name, bytes } of files) {
    tar.entry({ name, mode: 0o600, uid: 0, gid: 0, mtime: new Date(0) }, Buffer.from(bytes));
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  await host.putArchive(container, FOLDER, Buffer.concat(chunks), { signal });
}
