import type { Json, JsonObject } from '../json.ts';

/** The members that say something: no undefined, no empty list or map. */
export function clean(members: Readonly<Record<string, unknown>>): JsonObject {
  const entries = Object.entries(members).filter(([, value]) => !isEmpty(value));
  return Object.fromEntries(entries) as JsonObject;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

export function list(items: readonly (JsonObject | undefined)[]): Json[] {
  return items.filter((item) => item !== undefined);
}
