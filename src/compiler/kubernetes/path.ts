/** A field path as the API server writes it: `spec.containers[0].image`, `metadata.labels[app]`. */
export class FieldPath {
  private constructor(
    readonly parent: FieldPath | undefined,
    readonly segment: string | number,
    readonly bracket: boolean,
    readonly shown: string | number = segment,
  ) {}

  static root(name: string): FieldPath {
    return new FieldPath(undefined, name, false);
  }

  static readonly empty: FieldPath = new FieldPath(undefined, '', false);

  child(...names: readonly string[]): FieldPath {
    return names.reduce<FieldPath>((path, name) => new FieldPath(path, name, false), this);
  }

  /** A field that the server's paths leave out. */
  hidden(name: string): FieldPath {
    return new FieldPath(this, name, false, '');
  }

  /** A field that the server's paths call by another name. */
  renamed(name: string, shown: string): FieldPath {
    return new FieldPath(this, name, false, shown);
  }

  /** @param shown the index that the server writes instead: some of its paths name none, or always the first */
  index(index: number, shown: number | 'none' = index): FieldPath {
    return new FieldPath(this, index, true, shown === 'none' ? '' : shown);
  }

  /** A map's key. */
  key(key: string): FieldPath {
    return new FieldPath(this, key, true);
  }

  /** From the root, for looking the place up in the file. */
  segments(): (string | number)[] {
    const rest = this.parent?.segments() ?? [];
    if (this.segment !== '') rest.push(this.segment);
    return rest;
  }

  toString(): string {
    const before = this.parent?.toString() ?? '';
    if (this.shown === '') return before;
    if (this.bracket) return `${before}[${this.shown}]`;
    return before === '' ? String(this.shown) : `${before}.${this.shown}`;
  }
}
