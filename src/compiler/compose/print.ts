import type { Json, JsonMap } from './canonical/codec.ts';
import { extensionsOf } from './canonical/codec.ts';
import type { CanonicalProject, EnvFile } from './canonical/types.ts';
import { printYaml } from './print-yaml.ts';

const SECTIONS = ['name', 'services', 'networks', 'volumes', 'secrets', 'configs'] as const;

/** The JSON form; `x-` entries of parts and models are not in it, as in the reference. */
export function jsonForm(project: CanonicalProject): JsonMap {
  return { ...sectionsOf(asWritten(project), SECTIONS), ...project[extensionsOf] };
}

/** A config that comes from a variable is printed as that: its content is for the deployment. */
function asWritten(project: CanonicalProject): CanonicalProject {
  if (!Object.values(project.configs ?? {}).some(({ environment }) => environment)) return project;
  const configs = Object.entries(project.configs ?? {}).map(([name, config]) => {
    const { content: _content, ...rest } = config;
    return [name, config.environment ? rest : config] as const;
  });
  return { ...project, configs: Object.fromEntries(configs) };
}

function sectionsOf(project: CanonicalProject, names: readonly (keyof CanonicalProject)[]): JsonMap {
  const given = names.flatMap((name) => (project[name] === undefined ? [] : [[name, project[name]]]));
  return Object.fromEntries(given) as JsonMap;
}

/** The whole project: models, and `x-` entries where they were written. */
export function fullForm(project: CanonicalProject): JsonMap {
  return { ...(inlined(sectionsOf(project, [...SECTIONS, 'models'])) as JsonMap), ...project[extensionsOf] };
}

function inlined(value: Json): Json {
  if (Array.isArray(value)) return value.map(inlined);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(value as JsonMap)) result[key] = inlined(inner);
  return { ...result, ...(value as { readonly [extensionsOf]?: JsonMap })[extensionsOf] };
}

/** `docker compose config --format json`: two spaces, `$` doubled so that the text is a compose file again. */
export function printJson(project: CanonicalProject): string {
  return escapeDollars(stringify(jsonForm(project)));
}

/** `docker compose config`: what is empty is left out. */
export function printYamlProject(project: CanonicalProject): string {
  return escapeDollars(printYaml(withoutEmpty(fullForm(asWritten(project)), 0)));
}

/** Parts of the model that JSON shows though they are empty. */
const HIDDEN = new Set(['command', 'entrypoint', 'ipam', 'resources', 'placement', 'exec']);

function withoutEmpty(value: Json, depth: number): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value as JsonMap).flatMap(([key, inner]): [string, Json][] => {
    if (depth >= 2 && HIDDEN.has(key) && (inner === null || isEmptyMap(inner))) return [];
    return [[key, withoutEmpty(inner, depth + 1)]];
  });
  return Object.fromEntries(kept) as JsonMap;
}

function isEmptyMap(value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value as JsonMap);
  return entries.every(([key, inner]) => key === 'command' && inner === null);
}

export function escapeDollars(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** An `env_file` entry is a path, unless more is to be said. */
export function envFileForm({ path = '', required, format }: EnvFile): Json {
  return required ? path : { path, required, ...(format !== undefined && { format }) };
}

/** JSON with two spaces and a line end; bigints are written as numbers. */
export function stringify(value: Json, indent = ''): string {
  return `${write(value, indent)}\n`;
}

function write(value: Json, indent: string): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item: Json) => inner + write(item, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value as JsonMap);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${write(item, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** A number that JSON cannot hold, or undefined. */
export function unprintable(value: Json): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : value;
  if (typeof value !== 'object' || value === null) return undefined;
  const inner = Array.isArray(value) ? (value as readonly Json[]) : Object.values(value as JsonMap);
  for (const item of inner) {
    const found = unprintable(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
