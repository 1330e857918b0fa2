import type { MapNode, Node } from '../../source/tree.ts';
import { always, type Fields, fromEntries, type Json, type JsonMap, plainJson, struct } from '../canonical/codec.ts';
import { readRawEnvFile } from '../env-file.ts';
import { readDocuments, tryRead } from '../files.ts';
import { isMap } from '../nodes.ts';
import { checkShape } from '../schema/check.ts';
import { fail, type Session, stop } from '../session.ts';
import { isAbsolute, isWindowsAbsolute, joinPath } from '../values/file-path.ts';
import { formatValue } from '../values/format.ts';
import { stackFile, stackNetwork, stackService, stackVolume } from './fields.ts';
import { interpolateStack } from './interpolate.ts';
import { stackShape } from './shape.ts';

const LATEST = 13;

/** Keys that `docker stack` refuses, with what to use instead. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  extends: 'copy what it extends, or use the compose format',
  volume_driver: 'name the driver of the volume under volumes:',
  volumes_from: 'define the volume under volumes: and mount it in both services',
  cpu_quota: 'use deploy.resources',
  cpu_shares: 'use deploy.resources',
  cpuset: 'use deploy.resources',
  mem_limit: 'use deploy.resources',
  memswap_limit: 'use deploy.resources',
};

export interface StackContext {
  readonly session: Session;
  readonly variables: ReadonlyMap<string, string>;
  /** Folder of the first file, absolute. */
  readonly folder: string;
}

/** One file as `docker stack` reads it, in long form. */
export interface StackFile {
  readonly version: string;
  readonly sections: Readonly<Record<string, JsonMap>>;
  readonly extensions: JsonMap;
}

/** Reads the first document of a file. */
export function loadStackFile(file: string, context: StackContext): StackFile {
  const { session, variables } = context;
  const [raw] = readDocuments(file, session);
  if (!isMap(raw))
    return stop(session, 'type', {
      message: 'a stack file is a mapping',
      position: raw?.position ?? { file, line: 1, column: 1 },
      fix: 'begin with version: and services:',
    });
  const version = versionOf(raw);
  checkForbidden(raw, session);
  const document = session.interpolate
    ? (interpolateStack(raw, (name) => variables.get(name), session) as MapNode)
    : raw;
  const minor = /^3\.([0-9]{1,2})$/.exec(version)?.[1];
  if (minor === undefined || Number(minor) > LATEST)
    stop(session, 'stack-version', {
      message: 'this version of stack files is unknown',
      position: raw.entries.get('version')?.value.position ?? raw.position,
      path: 'version',
      detail: version,
      fix: `write version: "3.${LATEST}", or leave it out`,
    });
  for (const { code, ...problem } of checkShape(document, stackShape(Number(minor)))) fail(session, code, problem);
  checkNumbers(document, session);
  if (session.diagnostics.some((d) => d.severity === 'error')) return { version, sections: {}, extensions: {} };
  return { version, sections: readSections(document, context), extensions: extensionsIn(document) };
}

/** Infinity and the like have no form in JSON, by which the reference checks a file. */
function checkNumbers(node: Node, session: Session): void {
  if (node.kind === 'sequence') for (const item of node.items) checkNumbers(item, session);
  else if (node.kind === 'map') for (const { value } of node.entries.values()) checkNumbers(value, session);
  else if (typeof node.value === 'number' && !Number.isFinite(node.value))
    fail(session, 'value', {
      message: 'a number is not finite',
      position: node.position,
      detail: node.text,
      fix: 'put quotes around it',
    });
}

function versionOf(document: MapNode): string {
  const version = document.entries.get('version')?.value;
  const text = version ? formatValue(version) : '';
  return text === '' || text === '3' ? `3.${LATEST}` : text;
}

function checkForbidden(document: MapNode, session: Session): void {
  const services = document.entries.get('services')?.value;
  if (!isMap(services)) return;
  for (const { key: name, value } of services.entries.values()) {
    if (!isMap(value)) continue;
    for (const { key, keyPosition } of value.entries.values())
      if (Object.hasOwn(FORBIDDEN, key))
        fail(session, 'stack-forbidden', {
          message: 'docker stack does not take this key',
          position: { ...keyPosition, length: key.length },
          path: `services.${name}.${key}`,
          detail: key,
          fix: FORBIDDEN[key] ?? '',
        });
  }
}

function readSections(document: MapNode, context: StackContext): Record<string, JsonMap> {
  const result: Record<string, JsonMap> = {};
  const read = (section: string, fields: Fields, finish: (value: JsonMap, name: string, node: Node) => JsonMap) => {
    const nodes = document.entries.get(section)?.value;
    if (!isMap(nodes)) return;
    const entries = [...nodes.entries.values()].map(({ key, value }): [string, Json] => {
      const path = `${section}.${key}`;
      const typed = always(struct(fields))(value, path, context.session) as JsonMap | undefined;
      return [key, finish(typed ?? {}, key, value)];
    });
    result[section] = fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  read('services', stackService, (value, name, node) => finishService(value, name, node, context));
  read('networks', stackNetwork, (value, name, node) => finishNamed(value, name, node, 'networks', context));
  read('volumes', stackVolume, (value, name, node) => finishNamed(value, name, node, 'volumes', context));
  read('secrets', stackFile, (value, name, node) => finishFile(value, name, node, 'secrets', context));
  read('configs', stackFile, (value, name, node) => finishFile(value, name, node, 'configs', context));
  return result;
}

function extensionsIn(node: Node, without: readonly string[] = []): JsonMap {
  if (!isMap(node)) return {};
  const found = [...node.entries.values()].filter(({ key }) => key.startsWith('x-') && !without.includes(key));
  return fromEntries(found.map(({ key, value }) => [key, plainJson(value)]));
}

function finishService(service: JsonMap, name: string, node: Node, context: StackContext): JsonMap {
  const environment = environmentOf(service, name, node, context);
  const volumes = (service.volumes as readonly JsonMap[] | undefined)?.map((mount, i) =>
    resolveMount(mount, `services.${name}.volumes[${i}]`, node, context),
  );
  const { environment: _, ...rest } = service;
  return {
    ...rest,
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(volumes && { volumes }),
    ...extensionsIn(node),
  };
}

/** Variables of `env_file`, then those of the service; an empty one takes the value it has here. */
function environmentOf(service: JsonMap, name: string, node: Node, context: StackContext): JsonMap {
  const fromFiles = new Map<string, string>();
  for (const file of (service.env_file as readonly string[] | undefined) ?? []) {
    const path = isAbsolute(file) ? file : joinPath(context.folder, file);
    const text = tryRead(path, context.session);
    if (text === undefined) {
      fail(context.session, 'env-file-not-found', {
        message: 'an env file is not there',
        position: node.position,
        path: `services.${name}.env_file`,
        detail: path,
        fix: 'check the path',
      });
      continue;
    }
    const { diagnostics } = readRawEnvFile(text, path, fromFiles, (key) => context.variables.get(key));
    context.session.diagnostics.push(...diagnostics);
  }
  const result = new Map<string, Json>();
  const add = (key: string, value: string | null) => {
    const here = context.variables.get(key);
    result.set(key, !value && here !== undefined ? here : value);
  };
  for (const [key, value] of fromFiles) add(key, value);
  for (const [key, value] of Object.entries((service.environment as JsonMap | undefined) ?? {}))
    add(key, value as string | null);
  return fromEntries([...result].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function resolveMount(mount: JsonMap, path: string, node: Node, { session, folder, variables }: StackContext): JsonMap {
  if (mount.type !== 'bind') return mount;
  const source = mount.source as string | undefined;
  if (!source) {
    fail(session, 'bind-source', {
      message: 'a bind mount has no source',
      position: node.position,
      path,
      fix: 'add source:',
    });
    return mount;
  }
  const home = variables.get('HOME');
  const expanded = source.startsWith('~') && home !== undefined ? home + source.slice(1) : source;
  const isWhole = isAbsolute(expanded) || isWindowsAbsolute(expanded);
  return { ...mount, source: isWhole ? expanded : joinPath(folder, expanded) };
}

/** A network or volume; one that is external has a name, and of its own only that. */
function finishNamed(value: JsonMap, name: string, node: Node, section: string, { session }: StackContext): JsonMap {
  if (value.external === undefined) return value;
  const extra = extensionsIn(node, ['x-cluster-spec']);
  if (section === 'volumes') {
    const other = ['driver', 'driver_opts', 'labels'].find((key) => value[key] !== undefined);
    if (other !== undefined)
      fail(session, 'external-conflict', {
        message: 'an external volume is only named, not described',
        position: node.position,
        path: `volumes.${name}`,
        detail: other,
        fix: `remove ${other}, or external`,
      });
  }
  return { ...adoptName(value, name, node, section, session), ...extra };
}

function adoptName(value: JsonMap, name: string, node: Node, section: string, session: Session): JsonMap {
  const { external } = value;
  if (external === true) return { ...value, name: value.name ?? name };
  if (value.name !== undefined)
    fail(session, 'external-name', {
      message: 'name and external.name exclude each other',
      position: node.position,
      path: `${section}.${name}`,
      fix: 'keep only name',
    });
  return { ...value, name: (external as JsonMap).name ?? name, external: true };
}

function finishFile(
  value: JsonMap,
  name: string,
  node: Node,
  section: string,
  { session, folder }: StackContext,
): JsonMap {
  const extra = extensionsIn(node);
  if (value.external !== undefined) return { ...adoptName(value, name, node, section, session), ...extra };
  if (value.driver !== undefined) {
    if (value.file !== undefined)
      fail(session, 'payload-source', {
        message: 'driver and file exclude each other',
        position: node.position,
        path: `${section}.${name}`,
        fix: 'keep one of them',
      });
    return { ...value, ...extra };
  }
  const file = (value.file as string | undefined) ?? '';
  return { ...value, file: isAbsolute(file) ? file : joinPath(folder, file), ...extra };
}
