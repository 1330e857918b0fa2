import { appendFile, chmod, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostEntry } from '../../../model/inventory.ts';
import type { HostError } from '../errors.ts';
import { failure } from '../failures.ts';
import {
  fingerprint,
  judgeKey,
  type KnownHost,
  keyType,
  knownHostLine,
  knownHostName,
  parseKnownHosts,
  preferredAlgorithms,
} from './known-hosts.ts';
import type { SshTarget } from './target.ts';

/** The known_hosts files of a target, read once, and the judgement of the key its server shows. */
export class HostKeyCheck {
  /** Set when a key was refused. */
  refusal: HostError | undefined;
  /** Set when a key was met for the first time and written down. */
  accepted: string | undefined;
  /** Only a certificate authority is known for the host: ssh2 does not check host certificates. */
  needsCertificate = false;
  readonly #name: string;

  private constructor(
    readonly entry: HostEntry,
    readonly target: SshTarget,
    readonly acceptNew: boolean,
    readonly entries: readonly KnownHost[],
  ) {
    this.#name = target.hostKeyAlias ?? target.host;
  }

  static async load(entry: HostEntry, target: SshTarget, acceptNew: boolean): Promise<HostKeyCheck> {
    const files = [...target.knownHostsFiles, ...target.globalKnownHostsFiles];
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
    const entries = texts.flatMap((text, i) => parseKnownHosts(text, files[i] ?? ''));
    return new HostKeyCheck(entry, target, acceptNew || target.hostKeyPolicy === 'accept-new', entries);
  }

  get preferred(): string[] {
    return preferredAlgorithms(this.entries, this.#name, this.#port);
  }

  /** Decides about a key blob; writes it down when it is new and may be accepted. */
  async verify(key: Buffer): Promise<boolean> {
    const verdict = judgeKey(this.entries, this.#name, this.#port, key);
    if (verdict.result === 'known') return true;
    const shown = `${keyType(key)} ${fingerprint(key)}`;
    if (verdict.result === 'revoked') {
      this.refusal = failure(this.entry, 'host/ssh-host-key-revoked', {
        detail: shown,
        why: `${places(verdict.lines)} marks this key as revoked`,
      });
      return false;
    }
    if (verdict.result === 'changed') {
      this.refusal = this.#changed(shown, verdict.lines);
      return false;
    }
    if (this.acceptNew) return await this.#accept(key, shown);
    this.needsCertificate = verdict.hasAuthority;
    this.refusal = this.#unknown(shown, verdict.hasAuthority);
    return false;
  }

  /** An alias has no port of its own. */
  get #port(): number {
    return this.target.hostKeyAlias === undefined ? this.target.port : 22;
  }

  #unknown(shown: string, hasAuthority: boolean): HostError {
    const files = this.target.knownHostsFiles.join(', ') || 'no known_hosts file';
    return failure(this.entry, 'host/ssh-host-key-unknown', {
      detail: `${knownHostName(this.#name, this.#port)} shows ${shown}`,
      why: hasAuthority
        ? `${files} knows a certificate authority for it only, and this key is no certificate of it`
        : `${files} has no key for this host`,
    });
  }

  #changed(shown: string, lines: readonly KnownHost[]): HostError {
    const name = knownHostName(this.#name, this.#port);
    return failure(this.entry, 'host/ssh-host-key-changed', {
      detail: `${name} shows ${shown}`,
      why: `${places(lines)} has another key for it: the host was rebuilt, or somebody stands between`,
      fix: `find out which; if the host was rebuilt: ssh-keygen -R '${name}', then run again with --accept-new`,
    });
  }

  async #accept(key: Buffer, shown: string): Promise<boolean> {
    const file = this.target.knownHostsFiles[0];
    if (file === undefined) return true;
    const line = knownHostLine(this.#name, this.#port, key, this.target.hashKnownHosts);
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const isNew = (await readFile(file, 'utf8').catch(() => undefined)) === undefined;
      await appendFile(file, line);
      if (isNew) await chmod(file, 0o600).catch(() => {});
    } catch (cause) {
      this.refusal = failure(this.entry, 'host/ssh-host-key-unknown', {
        detail: shown,
        why: `the key cannot be written down: ${(cause as Error).message}`,
        fix: `make ${file} writable`,
        cause,
      });
      return false;
    }
    this.accepted = `${shown}, written to ${file}`;
    return true;
  }
}

function places(lines: readonly KnownHost[]): string {
  return lines.map(({ file, line }) => `${file}:${line}`).join(', ');
}
