interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Field[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12, names: MONTHS },
  { name: 'weekday', low: 0, high: 6, names: DAYS },
];
const MACROS = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);

/**
 * What is wrong with a schedule as Kubernetes reads one: five fields, a macro such as `@hourly`, or `@every 1h30m`.
 *
 * @returns undefined for a valid schedule
 * @see robfig/cron v3, standard parser
 */
export function cronError(schedule: string): string | undefined {
  const text = schedule.trim().replace(/^(?:CRON_TZ|TZ)=\S+\s+/, '');
  if (text.startsWith('@')) return macroError(text);
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length !== FIELDS.length) return `${words.length} fields instead of ${FIELDS.length}`;
  for (const [i, field] of FIELDS.entries()) {
    const error = (words[i] ?? '')
      .split(',')
      .filter((part) => part !== '')
      .map((part) => rangeError(part, field))
      .find((found) => found !== undefined);
    if (error) return error;
  }
  return undefined;
}

function macroError(text: string): string | undefined {
  if (MACROS.has(text)) return undefined;
  if (/^@every\s+(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  return `no such macro: ${text}`;
}

function rangeError(part: string, field: Field): string | undefined {
  const [range = '', step, ...rest] = part.split('/');
  const [first = '', last, ...more] = range.split('-');
  if (rest.length > 0 || more.length > 0) return `too many signs in the ${field.name} \`${part}\``;
  if (step !== undefined && !(/^\d+$/.test(step) && Number(step) > 0)) return `no step: \`${part}\``;
  if ((first === '*' || first === '?') && last === undefined) return undefined;
  const low = numberOf(first, field);
  const high = last === undefined ? low : numberOf(last, field);
  if (low === undefined || high === undefined) return `\`${part}\` is no ${field.name}`;
  if (low < field.low || high > field.high) return `the ${field.name} goes from ${field.low} to ${field.high}`;
  return low > high ? `the range \`${range}\` ends before it begins` : undefined;
}

function numberOf(text: string, field: Field): number | undefined {
  const named = field.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + (field.low === 1 ? 1 : 0);
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
