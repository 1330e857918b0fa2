/**
 * A value that is a number or a share, `25%`.
 *
 * @returns undefined for a string that is no whole percentage
 * @see apimachinery pkg/util/intstr
 */
export function parseIntOrPercent(value: number | string): { value: number; isPercent: boolean } | undefined {
  if (typeof value === 'number') return { value, isPercent: false };
  const match = /^([+-]?[0-9]+)%$/.exec(value);
  return match ? { value: Number(match[1]), isPercent: true } : undefined;
}

/**
 * The count that a number or a share of `total` stands for.
 *
 * @returns undefined for a string that is no whole percentage
 */
export function scaledValue(value: number | string, total: number, roundUp: boolean): number | undefined {
  const parsed = parseIntOrPercent(value);
  if (!parsed?.isPercent) return parsed?.value;
  const share = (parsed.value * total) / 100;
  return roundUp ? Math.ceil(share) : Math.floor(share);
}
