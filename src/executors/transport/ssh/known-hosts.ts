import { createHash, createHmac, randomBytes } from 'node:crypto';

/** One line of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export interface KnownHost {
  readonly marker?: 'revoked' | 'cert-authority';
  /** Comma-separated patterns, or one hashed name. */
  readonly names: string;
  readonly type: string;
  /** The key itself, base64. */
  readonly key: string;
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
}

export type KeyVerdict =
  | { readonly result: 'known' }
  | { readonly result: 'unknown'; readonly hasAuthority: boolean }
  /** A key of this type, or only keys of other types, are on file; `lines` say where. */
  | { readonly result: 'changed'; readonly lines: readonly KnownHost[] }
  | { readonly result: 'revoked'; readonly lines: readonly KnownHost[] };

/** Comments and lines that are no entry are skipped, as ssh does. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  const entries: KnownHost[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const fields = raw.trim().split(/\s+/);
    if (fields[0] === '' || fields[0]?.startsWith('#')) continue;
    const marker = fields[0]?.startsWith('@') ? fields.shift()?.slice(1) : undefined;
    const [names, type, key] = fields;
    if (names === undefined || type === undefined || key === undefined) continue;
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') continue;
    entries.push({ ...(marker ? { marker } : {}), names, type, key, file, line: index + 1 });
  }
  return entries;
}

/** The name a server's keys are filed under: `host`, or `[host]:port` for another port than 22. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** True when the line is about this name: hashed, or patterns with `*`, `?` and `!`. */
export function namesHost(entry: KnownHost, name: string): boolean {
  if (entry.names.startsWith('|1|')) {
    const [, , salt = '', hash] = entry.names.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  let matches = false;
  for (const pattern of entry.names.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!wildcard(negated ? pattern.slice(1) : pattern).test(name)) continue;
    if (negated) return false;
    matches = true;
  }
  return matches;
}

/** Judges a server's key. `key` is the key blob as it came over the wire. */
export function judgeKey(entries: readonly KnownHost[], host: string, port: number, key: Buffer): KeyVerdict {
  const name = knownHostName(host, port);
  const blob = key.toString('base64');
  const about = entries.filter((entry) => namesHost(entry, name));
  const same = (entry: KnownHost) => stripPadding(entry.key) === stripPadding(blob);
  const revoked = about.filter((entry) => entry.marker === 'revoked' && same(entry));
  if (revoked.length > 0) return { result: 'revoked', lines: revoked };
  const plain = about.filter((entry) => entry.marker === undefined);
  if (plain.some(same)) return { result: 'known' };
  if (plain.length > 0) return { result: 'changed', lines: plain };
  // ssh takes a key filed without the port for a server on another port, when it is the very key.
  const bare = entries.filter((entry) => entry.marker === undefined && namesHost(entry, host.toLowerCase()));
  if (port !== 22 && bare.some(same)) return { result: 'known' };
  return { result: 'unknown', hasAuthority: about.some((entry) => entry.marker === 'cert-authority') };
}

/** Host key algorithms to ask for first: a host known by one type looks changed when it shows another. */
export function preferredAlgorithms(entries: readonly KnownHost[], host: string, port: number): string[] {
  const name = knownHostName(host, port);
  const bare = host.toLowerCase();
  const about = entries.filter((e) => e.marker === undefined && (namesHost(e, name) || namesHost(e, bare)));
  const types = about.flatMap((e) => (e.type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [e.type]));
  return [...new Set(types)];
}

/** The line that makes a key known. */
export function knownHostLine(host: string, port: number, key: Buffer, hashed: boolean): string {
  const name = knownHostName(host, port);
  return `${hashed ? hashName(name) : name} ${keyType(key)} ${key.toString('base64')}\n`;
}

/** As ssh prints it: `SHA256:…`. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${stripPadding(createHash('sha256').update(key).digest('base64'))}`;
}

/** The type a key blob begins with, e.g. `ssh-ed25519`. */
export function keyType(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function hashName(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}

function stripPadding(base64: string): string {
  return base64.replace(/=+$/, '');
}
