const RELATIVE = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * `10m`, `1h30m`, `2d` before now, a date, or a time (UTC unless it has a zone) as the seconds since the
 * epoch the engine takes; undefined when it is none of these.
 */
export function parseSince(text: string, nowMs: number): string | undefined {
  const parts = text === '' ? null : RELATIVE.exec(text);
  if (parts) {
    const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
    const total = (days ?? 0) * 86_400 + (hours ?? 0) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0);
    return (nowMs / 1000 - total).toFixed(9);
  }
  if (/^\d{9,}(\.\d+)?$/.test(text)) return text;
  const zoned = /[zZ]$|[+-]\d\d:\d\d$/.test(text) || !text.includes(':') ? text : `${text}Z`;
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(zoned.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(time) ? undefined : (time / 1000).toFixed(9);
}

/** The moment one nanosecond after an engine's timestamp, as its API takes it. */
export function after(timestamp: string): string {
  const match = /^(.*?)(?:\.(\d{1,9}))?Z$/.exec(timestamp);
  const seconds = BigInt(Math.floor(Date.parse(match ? `${match[1]}Z` : timestamp) / 1000));
  const nanos = BigInt((match?.[2] ?? '0').padEnd(9, '0'));
  const next = seconds * 1_000_000_000n + nanos + 1n;
  return `${next / 1_000_000_000n}.${String(next % 1_000_000_000n).padStart(9, '0')}`;
}
