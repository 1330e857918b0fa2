const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};
const MAX = (1n << 63n) - 1n;
const PART = /([0-9]*)(?:\.([0-9]*))?([^0-9.]+)/y;

/** Nanoseconds of a duration such as `1h30m`, `1.5s`, `2d` or `0`; undefined when it is none. */
export function parseDuration(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const body = /^[-+]/.test(text) ? text.slice(1) : text;
  if (body === '0') return 0n;
  if (body === '') return undefined;
  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < body.length) {
    const [, whole = '', fraction = '', unitName = ''] = PART.exec(body) ?? [];
    const unit = UNITS[unitName];
    if (unit === undefined || (whole === '' && fraction === '')) return undefined;
    total += BigInt(whole || '0') * unit;
    if (fraction) total += BigInt(Math.trunc(Number(fraction) * (Number(unit) / 10 ** fraction.length)));
    if (total > MAX) return undefined;
  }
  return negative ? -total : total;
}

/** Prints nanoseconds as Go does: `1h0m0s`, `1m30s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const n = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (n < 1_000n) return `${sign}${n}ns`;
  if (n < 1_000_000n) return `${sign}${decimal(n, 1_000n)}µs`;
  if (n < 1_000_000_000n) return `${sign}${decimal(n, 1_000_000n)}ms`;
  const minute = 60_000_000_000n;
  const seconds = `${decimal(n % minute, 1_000_000_000n)}s`;
  const minutes = n / minute;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`;
}

function decimal(n: bigint, unit: bigint): string {
  const fraction = (n % unit)
    .toString()
    .padStart(unit.toString().length - 1, '0')
    .replace(/0+$/, '');
  return fraction ? `${n / unit}.${fraction}` : `${n / unit}`;
}

export function nanosecondsToMs(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6;
}
