import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Step } from '../../model/step.ts';
import type { PayloadSource } from '../docker/steps/types.ts';

const SHORTEST = 4;
const MASK = '********';

/** Takes secret values out of what a run tells: a container may print its own password before it dies. */
export class SecretMask {
  readonly #steps: readonly Step[];
  readonly #payloads: PayloadSource;
  #values: Promise<readonly string[]> | undefined;

  constructor(steps: readonly Step[], payloads: PayloadSource) {
    this.#steps = steps;
    this.#payloads = payloads;
  }

  async diagnostics(diagnostics: readonly Diagnostic[]): Promise<readonly Diagnostic[]> {
    this.#values ??= this.#collect();
    const values = await this.#values;
    if (values.length === 0) return diagnostics;
    return diagnostics.map((diagnostic) => maskDeep(diagnostic, values) as Diagnostic);
  }

  /** Values of sensitive variables, and each line of secret files; longer ones first, as one may hold another. */
  async #collect(): Promise<readonly string[]> {
    const digests = new Set(this.#steps.flatMap(secretDigests));
    const texts = await Promise.all([...digests].map((digest) => this.#payloads.bytes(digest).catch(() => undefined)));
    const values = texts.flatMap((bytes) =>
      bytes === undefined ? [] : Buffer.from(bytes).toString('utf8').split(/\r?\n/),
    );
    const telling = values.map((value) => value.trim()).filter((value) => value.length >= SHORTEST);
    return [...new Set(telling)].sort((a, b) => b.length - a.length);
  }
}

function secretDigests(step: Step): readonly string[] {
  if (!('spec' in step)) return [];
  const env = Object.values(step.spec.env).flatMap((value) => ('digest' in value ? [value.digest] : []));
  return [...env, ...step.spec.files.filter((file) => file.secret).map((file) => file.digest)];
}

function maskDeep(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, MASK), value);
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskDeep(item, secrets)]));
}
