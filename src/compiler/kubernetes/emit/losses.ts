import type { Diagnostic } from '../../../model/diagnostic.ts';

/** Collects what the other form cannot say; each thing once. */
export class Losses {
  readonly #found = new Map<string, Diagnostic>();

  get list(): Diagnostic[] {
    return [...this.#found.values()];
  }

  /**
   * @param where the resource, `web`
   * @param what the setting that is lost, in the words of its own form
   */
  add(where: string, what: string, why: string, fix?: string): void {
    this.#found.set(`${where}\n${what}`, {
      severity: 'warning',
      code: 'convert/lost',
      message: 'a setting is lost',
      where,
      detail: what,
      why,
      ...(fix && { fix }),
    });
  }

  addIf(condition: unknown, where: string, what: string, why: string, fix?: string): void {
    if (condition) this.add(where, what, why, fix);
  }
}
