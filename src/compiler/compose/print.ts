import type { Json, JsonMap } from './canonical/codec.ts';
import { extensionsOf } from './canonical/codec.ts';
import type { CanonicalProject } from './canonical/types.ts';

/** A number that JSON cannot hold, or undefined: then printing would lose it. */
export function unprintable(value: Json): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Array.isArray(value) ? (value as readonly Json[]) : Object.values(value as JsonMap)) {
    const found = unprintable(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The sections of the JSON form; models are not among them, as in the reference. */
export function jsonForm(project: CanonicalProject): JsonMap {
  const { name, services, networks, volumes, secrets, configs } = project;
  const parts = { name, services, networks, volumes, secrets, configs, ...project[extensionsOf] };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as unknown as JsonMap;
}

/** `docker compose config --format json`: two spaces, `$` doubled so that the text is a compose file again. */
export function printJson(project: CanonicalProject): string {
  return `${escapeDollars(stringify(jsonForm(project), ''))}\n`;
}

export function escapeDollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function stringify(value: Json, indent: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item: Json) => inner + stringify(item, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value as JsonMap);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${stringify(item, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
