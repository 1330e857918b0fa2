/** A field path as the API server writes it: `spec.containers[0].image`, `metadata.labels[app]`. */
export class FieldPath {
  private constructor(
    readonly parent: FieldPath | undefined,
    readonly segment: string | number,
    readonly bracket: boolean,
  ) {}

  static root(name: string): FieldPath {
    return new FieldPath(undefined, name, false);
  }

  static readonly empty: FieldPath = new FieldPath(undefined, '', false);

  child(...names: readonly string[]): FieldPath {
    return names.reduce<FieldPath>((path, name) => new FieldPath(path, name, false), this);
  }

  index(index: number): FieldPath {
    return new FieldPath(this, index, true);
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
    if (this.bracket) return `${before}[${this.segment}]`;
    return before === '' ? String(this.segment) : `${before}.${this.segment}`;
  }
}
