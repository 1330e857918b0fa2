/** Terminal columns a text takes. */
export type Measure = (text: string) => number;

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** A measure for these texts; the package that knows wide characters is loaded only where there is one. */
export async function measureOf(texts: readonly string[]): Promise<Measure> {
  if (texts.every((text) => PRINTABLE_ASCII.test(text))) return (text) => text.length;
  const { default: stringWidth } = await import('string-width');
  return (text) => (PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text));
}
