import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export type LoadedKey =
  | { readonly state: 'ready'; readonly privateKey: Buffer; readonly passphrase?: string }
  | { readonly state: 'encrypted' }
  | { readonly state: 'missing' }
  /** `forSsh`: the ssh command could use it (security keys, certificates). */
  | { readonly state: 'unusable'; readonly why: string; readonly forSsh: boolean };

/**
 * Reads a private key into a form ssh2 takes: OpenSSH and PEM as they are, PKCS#8 converted.
 *
 * @param passphrase tried when the key is encrypted; a wrong one gives `encrypted` again
 */
export async function loadKey(path: string, passphrase?: string): Promise<LoadedKey> {
  let data: Buffer;
  try {
    data = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { state: 'missing' };
    return { state: 'unusable', why: (error as Error).message, forSsh: false };
  }
  const text = data.toString('latin1');
  if (/^(sk-|ssh-|ecdsa-)/.test(text)) return { state: 'unusable', why: 'it is a public key', forSsh: false };
  if (/BEGIN (ENCRYPTED )?PRIVATE KEY/.test(text)) return loadPkcs8(text, passphrase);
  return await loadWithSsh2(data, passphrase);
}

async function loadWithSsh2(data: Buffer, passphrase: string | undefined): Promise<LoadedKey> {
  const { default: ssh2 } = await import('ssh2');
  const parsed = ssh2.utils.parseKey(data, passphrase);
  if (!(parsed instanceof Error)) return { state: 'ready', privateKey: data, passphrase };
  if (/no passphrase given|bad passphrase|integrity check failed|bad decrypt/i.test(parsed.message)) {
    return { state: 'encrypted' };
  }
  return { state: 'unusable', why: parsed.message, forSsh: data.includes('PRIVATE KEY-----') };
}

function loadPkcs8(text: string, passphrase: string | undefined): LoadedKey {
  const isEncrypted = text.includes('ENCRYPTED');
  if (isEncrypted && passphrase === undefined) return { state: 'encrypted' };
  try {
    const key = createPrivateKey({ key: text, passphrase });
    return { state: 'ready', privateKey: Buffer.from(toLoadable(key)) };
  } catch (error) {
    if (isEncrypted) return { state: 'encrypted' };
    return { state: 'unusable', why: (error as Error).message, forSsh: true };
  }
}

function toLoadable(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }) as string;
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }) as string;
  if (key.asymmetricKeyType === 'ed25519') return ed25519ToOpenSsh(key);
  throw new Error(`keys of type ${key.asymmetricKeyType} are not for SSH`);
}

/** Writes the unencrypted openssh-key-v1 form (openssh PROTOCOL.key); ed25519 has no older one. */
function ed25519ToOpenSsh(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const publicKey = Buffer.from(x, 'base64url');
  const seed = Buffer.from(d, 'base64url');
  const type = Buffer.from('ssh-ed25519');
  const publicBlob = Buffer.concat([field(type), field(publicKey)]);
  const check = Buffer.alloc(8);
  const secret = Buffer.concat([check, publicBlob, field(Buffer.concat([seed, publicKey])), field(Buffer.alloc(0))]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1));
  const none = field(Buffer.from('none'));
  const one = Buffer.from([0, 0, 0, 1]);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    none,
    none,
    field(Buffer.alloc(0)),
    one,
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function field(data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
}
