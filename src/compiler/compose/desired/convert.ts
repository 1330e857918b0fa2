import type { Diagnostic, Position } from '../../../model/diagnostic.ts';
import type { PayloadRequest } from '../../../model/payload-request.ts';
import type { FileReader } from '../../source/reader.ts';
import { parseBytes } from '../values/bytes.ts';
import { nanosecondsToMs, parseDuration } from '../values/duration.ts';

/** What the conversion of one project shares. */
export interface Conversion {
  readonly reader: FileReader;
  /** Where configs and secrets with `environment:` come from. */
  readonly environment: Readonly<Record<string, string>>;
  readonly diagnostics: Diagnostic[];
  readonly payloads: Map<string, Uint8Array>;
  /** Bytes of `x-stowage.from`, by `requestKey`. */
  readonly sources: ReadonlyMap<string, Uint8Array>;
  readonly requests: PayloadRequest[];
  /** Place of a path such as `services.web.ports`, or of the nearest part of it that was written. */
  positionOf(path: string): Position | undefined;
}

type Finding = Pick<Diagnostic, 'message'> & Partial<Diagnostic>;

/** A finding about one key, at its place. */
export function report(
  to: Conversion,
  severity: 'error' | 'warning' | 'note',
  code: string,
  path: string,
  finding: Finding,
): void {
  const position = to.positionOf(path);
  to.diagnostics.push({
    severity,
    code: `compose/${code}`,
    path,
    ...(position === undefined ? {} : { position }),
    ...finding,
  });
}

/** A key that is honoured in part or not at all. */
export function warnPartly(to: Conversion, path: string, why: string, fix?: string): void {
  report(to, 'warning', 'not-honoured', path, {
    message: 'a key is not honoured as written',
    detail: path.split('.').at(-1) ?? path,
    why,
    ...(fix === undefined ? {} : { fix }),
  });
}

/** Milliseconds of a canonical duration such as `1m30s`. */
export function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const nanoseconds = parseDuration(text);
  return nanoseconds === undefined ? undefined : nanosecondsToMs(nanoseconds);
}

export function seconds(text: string | undefined): number | undefined {
  const ms = milliseconds(text);
  return ms === undefined ? undefined : ms / 1000;
}

/** Bytes of a canonical size, a number or digits. */
export function sizeBytes(value: string | number | undefined): number | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'number' ? value : parseBytes(value);
}

export function numberOf(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** The members that have a value. */
export function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
