import type { Position } from '../../model/diagnostic.ts';
import { extensionsOf, type JsonMap } from './canonical/codec.ts';
import type { EnvFile, Service } from './canonical/types.ts';
import { type Extension, extensionOf } from './desired/extension.ts';
import { readEnvFile, readRawEnvFile } from './env-file.ts';
import type { Variables } from './environment.ts';
import { tryRead } from './files.ts';
import { fail, type Session } from './session.ts';
import type { Lookup } from './template.ts';

export interface ServiceFilesContext {
  readonly session: Session;
  readonly variables: Variables;
  readonly place: (path: readonly (string | number)[]) => Position | undefined;
}

/** The service with its `env_file`s and `label_file`s read; what the service says itself wins. */
export function readServiceFiles(name: string, service: Service, context: ServiceFilesContext): Service {
  const { env_file, label_file, ...rest } = service;
  const secret = new Set<string>();
  const environment = environmentOf(name, service, secret, context);
  const labels = label_file ? labelsOf(name, label_file, service, context) : service.labels;
  const result: Service = { ...rest, ...(environment && { environment }), ...(labels && { labels }) };
  return secret.size === 0 ? result : { ...result, [extensionsOf]: withSecretNames(service, secret) };
}

/** The variables of env files that hold secrets join those that are named. */
function withSecretNames(service: Service, names: ReadonlySet<string>): JsonMap {
  const extension = stowageOf(service);
  const named = Array.isArray(extension['secret-env']) ? extension['secret-env'].map(String) : [];
  const all = [...new Set([...named, ...names])].sort();
  return { ...service[extensionsOf], 'x-stowage': { ...extension, 'secret-env': all } as JsonMap };
}

function stowageOf(service: Service): Extension {
  return extensionOf(service[extensionsOf]?.['x-stowage']);
}

function isSecretFile(service: Service, path: string): boolean {
  const { 'secret-env-files': files } = stowageOf(service);
  if (!Array.isArray(files)) return false;
  return files
    .map((file) => String(file).replace(/^\.\//, ''))
    .some((file) => `/${path}`.endsWith(`/${file.replace(/^\//, '')}`));
}

function environmentOf(
  name: string,
  service: Service,
  secret: Set<string>,
  context: ServiceFilesContext,
): Service['environment'] {
  const { variables } = context;
  const own = new Map<string, string | null>();
  for (const [key, value] of Object.entries(service.environment ?? {}))
    own.set(key, value ?? variables.get(key) ?? null);
  const values = new Map<string, string>();
  for (const [key, value] of own) if (value !== null) values.set(key, value);
  const lookup: Lookup = (key) => variables.get(key) ?? own.get(key) ?? undefined;
  for (const [i, file] of (service.env_file ?? []).entries()) {
    const before = new Map(values);
    readVariables(file, values, lookup, ['services', name, 'env_file', i], context);
    if (!isSecretFile(service, file.path ?? '')) continue;
    for (const [key, value] of values) if (before.get(key) !== value) secret.add(key);
  }
  const merged = new Map<string, string | null>([...values, ...own]);
  return merged.size === 0 ? undefined : sortedObject(merged);
}

function readVariables(
  file: EnvFile,
  into: Map<string, string>,
  lookup: Lookup,
  path: readonly (string | number)[],
  { session, place }: ServiceFilesContext,
): void {
  const position = place(path);
  const at = { ...(position && { position }), path: path.join('.') };
  const text = tryRead(file.path ?? '', session);
  if (text === undefined) {
    if (file.required || session.reader.isDirectory(file.path ?? ''))
      fail(session, 'env-file-not-found', {
        message: 'an env file is not there',
        ...at,
        detail: file.path,
        fix: 'check the path, or set required: false',
      });
    return;
  }
  if (file.format && file.format !== 'raw' && file.format !== '.env') {
    fail(session, 'env-file-format', {
      message: 'the format of an env file is unknown',
      ...at,
      detail: file.format,
      fix: 'use raw, or leave format out',
    });
    return;
  }
  const read = file.format === 'raw' ? readRawEnvFile : readEnvFile;
  session.diagnostics.push(...read(text, file.path ?? '', into, lookup).diagnostics);
}

function labelsOf(
  name: string,
  files: readonly string[],
  service: Service,
  { session, place }: ServiceFilesContext,
): Service['labels'] {
  const labels = new Map<string, string>();
  for (const [i, file] of files.entries()) {
    const position = place(['services', name, 'label_file', i]);
    const text = tryRead(file, session);
    if (text === undefined) {
      fail(session, 'label-file-not-found', {
        message: 'a label file is not there',
        ...(position && { position }),
        detail: file,
        fix: 'check the path',
      });
      continue;
    }
    const read = new Map<string, string>();
    session.diagnostics.push(...readEnvFile(text, file, read, (key) => labels.get(key)).diagnostics);
    for (const [key, value] of read) labels.set(key, value);
  }
  for (const [key, value] of Object.entries(service.labels ?? {})) labels.set(key, value);
  return labels.size === 0 ? undefined : sortedObject(labels);
}

function sortedObject<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
