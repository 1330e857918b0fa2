import type { Json, JsonMap } from '../canonical/codec.ts';
import type { StackFile } from './load.ts';

/** Lists whose items are matched by a key, and then in its order; all other lists are joined. */
const KEYED: Readonly<Record<string, string>> = {
  ports: 'published',
  secrets: 'source',
  configs: 'source',
  volumes: 'target',
};
/** Taken whole from the later file. */
const REPLACED = new Set(['command', 'entrypoint']);

/** Lays later files over earlier ones, as `docker stack` does. */
export function mergeStackFiles(files: readonly StackFile[]): StackFile {
  const [first, ...rest] = files as readonly [StackFile, ...StackFile[]];
  const sections: Record<string, JsonMap> = { ...first.sections };
  for (const { sections: over } of rest)
    for (const [section, entries] of Object.entries(over))
      sections[section] = mergeSection(section, sections[section] ?? {}, entries);
  return { ...first, sections };
}

/** Services are merged; any other resource is taken whole from the later file. */
function mergeSection(section: string, base: JsonMap, over: JsonMap): JsonMap {
  if (section !== 'services') return { ...base, ...over };
  const result: Record<string, Json> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = base[name];
    result[name] = before === undefined ? value : mergeService(before as JsonMap, value as JsonMap);
  }
  return result;
}

function mergeService(base: JsonMap, over: JsonMap): JsonMap {
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = base[key];
    if (before === undefined || REPLACED.has(key)) result[key] = value;
    else if (KEYED[key])
      result[key] = mergeKeyed(before as readonly JsonMap[], value as readonly JsonMap[], KEYED[key]);
    else if (key === 'logging') result[key] = mergeLogging(before as JsonMap, value as JsonMap);
    else if (key === 'networks') result[key] = mergeNetworks(before as JsonMap, value as JsonMap);
    else if (key === 'ulimits') result[key] = { ...(before as JsonMap), ...(value as JsonMap) };
    else result[key] = mergeValue(before, value);
  }
  return result;
}

function mergeValue(base: Json, over: Json): Json {
  if (over === null) return base;
  if (Array.isArray(base) && Array.isArray(over)) return [...(base as readonly Json[]), ...(over as readonly Json[])];
  if (!isMap(base) || !isMap(over)) return over;
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = base[key];
    result[key] = before === undefined ? value : mergeValue(before, value);
  }
  return result;
}

function isMap(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mergeKeyed(base: readonly JsonMap[], over: readonly JsonMap[], key: string): readonly JsonMap[] {
  const items = new Map<Json | undefined, JsonMap>();
  for (const item of [...base, ...over]) items.set(item[key] ?? 0, item);
  return [...items.values()].sort((a, b) => compare(a[key], b[key]));
}

function compare(a: Json | undefined, b: Json | undefined): number {
  const left = a ?? 0;
  const right = b ?? 0;
  return left < right ? -1 : left > right ? 1 : 0;
}

function mergeLogging(base: JsonMap, over: JsonMap): JsonMap {
  if (base.driver && over.driver && base.driver !== over.driver) return over;
  return mergeValue(base, over) as JsonMap;
}

/** Aliases are replaced, addresses too where they are given. */
function mergeNetworks(base: JsonMap, over: JsonMap): JsonMap {
  const result: Record<string, Json> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = base[name];
    if (!before || !value) {
      result[name] = before ?? value;
      continue;
    }
    const { aliases: _, ...rest } = before as JsonMap;
    const { driver_opts: __, ...given } = value as JsonMap;
    result[name] = { ...rest, ...given };
  }
  return result;
}
