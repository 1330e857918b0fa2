import type { OpenOptions } from '../connection.ts';
import { loadKey } from './keys.ts';

export type UnlockedKey = { readonly key: Buffer; readonly passphrase?: string };
type Outcome = UnlockedKey | 'no-terminal' | 'no-passphrase';

/** Encrypted key files of one run: each is asked for once, one question at a time, however many hosts need it. */
export class KeyRing {
  readonly #ask: OpenOptions['askPassphrase'];
  readonly #outcomes = new Map<string, Promise<Outcome>>();
  #lastQuestion: Promise<unknown> = Promise.resolve();

  constructor(options: Pick<OpenOptions, 'askPassphrase'>) {
    this.#ask = options.askPassphrase;
  }

  async unlock(file: string): Promise<Outcome> {
    const known = this.#outcomes.get(file);
    if (known) return await known;
    const outcome = this.#lastQuestion.then(() => this.#askFor(file));
    this.#outcomes.set(file, outcome);
    this.#lastQuestion = outcome.catch(() => {});
    return await outcome;
  }

  async #askFor(file: string): Promise<Outcome> {
    if (!this.#ask) return 'no-terminal';
    for (let attempt = 0; attempt < 3; attempt++) {
      const question = attempt === 0 ? `Passphrase for ${file}: ` : `Wrong. Passphrase for ${file}: `;
      const passphrase = await this.#ask(question);
      if (passphrase === undefined || passphrase === '') break;
      const key = await loadKey(file, passphrase);
      if (key.state === 'ready') return { key: key.privateKey, passphrase: key.passphrase };
    }
    return 'no-passphrase';
  }
}
