/** Random whole numbers from 0 up to (not including) `below`; the caller brings the source. */
export type RandomInt = (below: number) => number;

/** A source of its own for each parameter, by `template/parameter`. */
export type RandomSource = (parameter: string) => RandomInt;

const CLASSES: Readonly<Record<string, string>> = {
  '\\w': 'a-zA-Z0-9_',
  '\\d': '0-9',
  '\\a': 'a-zA-Z0-9',
  '\\A': '!-/:-@[-`{-~',
};
const GROUP = /\[((?:\\.|[^\]\\])+)\](?:\{(\d+)\})?|(\\[wdaA])(?:\{(\d+)\})?/g;
const LONGEST = 255;

/**
 * A value for a parameter's `from` expression: text with character classes such as `[a-zA-Z0-9]{8}` or `\w{5}`.
 *
 * @returns undefined for an expression that cannot be read
 * @see OpenShift templates, "Writing parameters"
 */
export function generateValue(from: string, random: RandomInt): string | undefined {
  let readable = true;
  const value = from.replace(GROUP, (_, set?: string, count?: string, short?: string, shortCount?: string) => {
    const letters = expand(set ?? short ?? '');
    const length = Number(count ?? shortCount ?? 1);
    if (letters === undefined || length < 1 || length > LONGEST) {
      readable = false;
      return '';
    }
    return Array.from({ length }, () => letters[random(letters.length)]).join('');
  });
  return readable ? value : undefined;
}

/** `a-z0-9` as all its letters. */
function expand(set: string): string | undefined {
  const ranges = set.replace(/\\[wdaA]/g, (name) => CLASSES[name] ?? '');
  const letters = new Set<string>();
  for (let i = 0; i < ranges.length; ) {
    const isRange = ranges[i + 1] === '-' && i + 2 < ranges.length;
    const first = ranges.charCodeAt(i);
    const last = isRange ? ranges.charCodeAt(i + 2) : first;
    if (last < first) return undefined;
    for (let code = first; code <= last; code++) letters.add(String.fromCharCode(code));
    i += isRange ? 3 : 1;
  }
  return letters.size > 0 ? [...letters].join('') : undefined;
}
