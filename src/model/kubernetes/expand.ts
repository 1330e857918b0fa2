const REFERENCE = /\$\$|\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)/g;

/**
 * Replaces `$(NAME)` by what `lookup` says and `$$` by `$`. A name without a value stays as written.
 *
 * @see Kubernetes, "Define Dependent Environment Variables"
 */
export function expandReferences(text: string, lookup: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(REFERENCE, (whole, name?: string) => (name === undefined ? '$' : (lookup(name) ?? whole)));
}

/** The same for some names only: the result can be expanded again for the others. */
export function expandSome(text: string, lookup: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(REFERENCE, (whole, name?: string) => {
    const value = name === undefined ? undefined : lookup(name);
    return value === undefined ? whole : escapeReferences(value);
  });
}

/** A text that expands to itself. */
export function escapeReferences(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** Names that a text refers to. */
export function referencesIn(text: string): string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}
