import { Duplex, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { stepFailure } from '../docker/steps/failure.ts';

type Compression = 'gzip' | 'zstd' | 'none';

/** What a file's name says about how it is packed: `.tar`, `.tar.gz`, `.tgz`, `.tar.zst`. */
export function compressionOf(file: string): Compression {
  if (/\.t?gz$/.test(file)) return 'gzip';
  return /\.(zst|zstd|tzst)$/.test(file) ? 'zstd' : 'none';
}

/** What packs a tar as the name of its file says; undefined when nothing does. */
export async function packer(file: string): Promise<Duplex | undefined> {
  const compression = compressionOf(file);
  if (compression === 'none') return undefined;
  if (compression === 'gzip') return createGzip({ level: 6, chunkSize: 256 * 1024 });
  return await command('zstd', ['-q', '-c', '-T0', '-3']);
}

/** The tar in a file, unpacked as its name says. */
export async function plainTar(content: AsyncIterable<Uint8Array>, file: string): Promise<AsyncIterable<Uint8Array>> {
  const compression = compressionOf(file);
  if (compression === 'none') return content;
  const packed = Readable.from(content, { objectMode: false, highWaterMark: 1024 * 1024 });
  if (compression === 'gzip') return through(packed, createGunzip({ chunkSize: 256 * 1024 }));
  return through(packed, await command('zstd', ['-q', '-d', '-c']));
}

/** Like pipe, but a failure of the source ends what comes out as well. */
function through<T extends Duplex>(source: Readable, transform: T): T {
  source.on('error', (error) => transform.destroy(error));
  transform.on('close', () => source.destroy());
  source.pipe(transform);
  return transform;
}

/** A command as a stream: what is written goes to its stdin, what is read comes from its stdout. */
async function command(name: string, argv: readonly string[]): Promise<Duplex> {
  const { spawn } = await import('node:child_process');
  const child = spawn(name, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.on('spawn', resolve);
    child.on('error', () => reject(noCommand(name)));
  });
  const stream = Duplex.from({ writable: child.stdin, readable: child.stdout });
  child.on('exit', (code) => {
    if (code !== 0) stream.destroy(new Error(`${name} ended with ${code}`));
  });
  return stream;
}

function noCommand(name: string) {
  return stepFailure('volume/no-compressor', 'command to pack a backup is not there', {
    detail: name,
    why: 'the name of the file asks for it',
    fix: `install ${name}, or name the file .tar or .tar.gz`,
  });
}
