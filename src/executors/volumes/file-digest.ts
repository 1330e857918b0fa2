import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Two of them: one is read while the other is looked at. They are used again and again, which spares collecting garbage. */
const BUFFER_BYTES = 1024 * 1024;

/** SHA-256 (`sha256:…`) of a file. Memory stays constant. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    let [now, next] = [Buffer.allocUnsafe(BUFFER_BYTES), Buffer.allocUnsafe(BUFFER_BYTES)];
    let { bytesRead } = await file.read(now);
    while (bytesRead > 0) {
      const reading = file.read(next);
      hash.update(now.subarray(0, bytesRead));
      [now, next] = [next, now];
      ({ bytesRead } = await reading);
    }
  } finally {
    await file.close();
  }
  return `sha256:${hash.digest('hex')}`;
}
