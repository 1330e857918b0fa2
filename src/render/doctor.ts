import type { Check } from '../model/check.ts';
import type { Style, Terminal } from './terminal.ts';

const SIGN: Readonly<Record<Check['status'], string>> = { ok: '✓', warning: '!', error: '✗', skipped: '·' };

/** The checks host by host, each finding with its mend below, and a line that counts them. */
export function renderDoctor(checks: readonly Check[], { style }: Pick<Terminal, 'style'>): string {
  const hosts = [...new Set(checks.flatMap(({ host, check }) => (host && !isOfStack(check) ? host : [])))];
  const width = Math.max(...checks.map(({ check }) => check.length));
  const group = (title: string, members: readonly Check[]) =>
    members.length === 0 ? [] : [style.bold(title), ...members.flatMap((check) => lines(check, width, style)), ''];
  const text = [
    ...hosts.flatMap((host) =>
      group(
        host,
        checks.filter((c) => c.host === host && !isOfStack(c.check)),
      ),
    ),
    ...group(
      'Stack',
      checks.filter((c) => isOfStack(c.check)),
    ),
    summary(checks, style),
  ];
  return `${text.join('\n')}\n`;
}

function isOfStack(check: Check['check']): boolean {
  return check === 'lock' || check === 'ledger';
}

function lines({ check, status, host, text, why, fix }: Check, width: number, style: Style): string[] {
  const place = isOfStack(check) && host !== undefined ? `${host}: ` : '';
  const indent = ' '.repeat(width + 6);
  return [
    `  ${paint(status, style)(SIGN[status])} ${check.padEnd(width)}  ${place}${text}`,
    ...(why === undefined ? [] : [`${indent}${style.dim(why)}`]),
    ...(fix === undefined ? [] : [`${indent}fix: ${fix}`]),
  ];
}

function paint(status: Check['status'], style: Style): Style['red'] {
  if (status === 'ok') return style.green;
  if (status === 'error') return style.red;
  return status === 'warning' ? style.yellow : style.dim;
}

function summary(checks: readonly Check[], style: Style): string {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const [errors, warnings, skipped] = [count('error'), count('warning'), count('skipped')];
  const rest = [
    ...(errors > 0 ? [style.red(`${errors} to mend`)] : []),
    ...(warnings > 0 ? [style.yellow(`${warnings} to know`)] : []),
    ...(skipped > 0 ? [`${skipped} not looked at`] : []),
  ];
  return [`${checks.length} checks: ${count('ok')} good`, ...rest].join(', ');
}
