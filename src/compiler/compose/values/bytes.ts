const POWERS: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };
const SIZE = /^(.*?[0-9. ])([^0-9. ]*)$/s;

/** Bytes of a size such as `512m`, `1.5 GiB` or `1024`; units are powers of 1024. Undefined when it is none. */
export function parseBytes(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (!match) return undefined;
  const [, head = '', suffix = ''] = match;
  const number = head.endsWith(' ') ? head.slice(0, -1) : head;
  const value = parseGoFloat(number);
  if (value === undefined || value < 0 || suffix.length > 3) return undefined;
  if (suffix === '') return Math.trunc(value);
  const unit = suffix.toLowerCase();
  const power = POWERS[unit[0] ?? ''];
  if (power === undefined) return undefined;
  const rest = unit.slice(1);
  if (unit[0] === 'b' ? rest !== '' : rest !== '' && rest !== 'b' && rest !== 'ib') return undefined;
  return Math.trunc(value * 1024 ** power);
}

/** A decimal float as `strconv.ParseFloat` reads it; undefined for anything else. */
export function parseGoFloat(text: string): number | undefined {
  if (text.includes('_'))
    return /^[-+]?[0-9][0-9_.eE+-]*$/.test(text) && !/_(?![0-9])|(?<![0-9])_/.test(text)
      ? parseGoFloat(text.replaceAll('_', ''))
      : undefined;
  if (/^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  if (/^[-+]?inf(?:inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** A decimal integer within 64 bits as `strconv.ParseInt` reads it. */
export function parseGoInteger(text: string): number | bigint | undefined {
  if (!/^[-+]?[0-9]+$/.test(text)) return undefined;
  const big = BigInt(text.replace(/^\+/, ''));
  if (big > (1n << 63n) - 1n || big < -(1n << 63n)) return undefined;
  const number = Number(big);
  return Number.isSafeInteger(number) ? number : big;
}
