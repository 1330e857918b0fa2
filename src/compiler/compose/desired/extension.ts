/** What stands under an `x-stowage` key; the schema pass has checked its shape. */
export type Extension = Readonly<Record<string, unknown>>;

export function extensionOf(value: unknown): Extension {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Extension) : {};
}

export function textIn(extension: Extension, key: string): string | undefined {
  const value = extension[key];
  return typeof value === 'string' ? value : undefined;
}

export function listIn(extension: Extension, key: string): readonly Extension[] {
  const value = extension[key];
  return Array.isArray(value) ? value.map(extensionOf) : [];
}

export function booleanIn(extension: Extension, key: string): boolean | undefined {
  const value = extension[key];
  return typeof value === 'boolean' ? value : undefined;
}

export function numberIn(extension: Extension, key: string): number | undefined {
  const value = extension[key];
  return typeof value === 'number' ? value : undefined;
}
