import type { FileMount, Payload } from '../../../model/desired.ts';
import { requestKey } from '../../../model/payload-request.ts';
import { sha256Hex } from '../../../model/spec-hash.ts';
import { type Conversion, present, report } from './convert.ts';
import { extensionOf } from './extension.ts';
import { payloadRequest } from './payload-request.ts';
import type { CanonicalFileMount, CanonicalPayload, CanonicalService } from './types.ts';

type Kind = 'config' | 'secret';

/** Configs or secrets of the project; their bytes go to the payloads, the desired state gets the digest. */
export function payloadsOf(kind: Kind, entries: Readonly<Record<string, CanonicalPayload>>, to: Conversion): Payload[] {
  return Object.entries(entries).map(([id, entry]): Payload => {
    const path = `${kind}s.${id}`;
    const base = { id, name: entry.name ?? id, labels: entry.labels ?? {}, ...onChangeOf(entry) };
    if (entry.external) return { ...base, external: true };
    const bytes = bytesOf(entry, path, to);
    if (bytes === undefined) return { ...base, external: false };
    const digest = `sha256:${sha256Hex(bytes)}`;
    to.payloads.set(digest, bytes);
    return { ...base, external: false, digest, sizeBytes: bytes.length };
  });
}

function onChangeOf(entry: CanonicalPayload): Pick<Payload, 'onChange'> {
  const { signal } = extensionOf(extensionOf(entry['x-stowage'])['on-change']);
  return typeof signal === 'string' ? { onChange: { signal } } : {};
}

function bytesOf(entry: CanonicalPayload, path: string, to: Conversion): Uint8Array | undefined {
  const request = payloadRequest(entry);
  if (request !== undefined) {
    to.requests.push(request);
    return to.sources.get(requestKey(request));
  }
  if (entry.content !== undefined) return new TextEncoder().encode(entry.content);
  if (entry.environment !== undefined) {
    const value = to.environment[entry.environment];
    if (value === undefined)
      missing(to, `${path}.environment`, entry.environment, `set ${entry.environment} where stowage runs`);
    return value === undefined ? undefined : new TextEncoder().encode(value);
  }
  if (entry.file !== undefined) {
    const bytes = to.reader.readBytes(entry.file);
    if (bytes === undefined) missing(to, `${path}.file`, entry.file, 'create the file, or correct the path');
    return bytes;
  }
  return undefined;
}

function missing(to: Conversion, path: string, detail: string, fix: string): void {
  report(to, 'error', 'payload-missing', path, {
    message: 'the source of a config or secret does not exist',
    detail,
    why: 'its bytes have to be known before anything is stopped',
    fix,
  });
}

/** Files of a service: configs at `/NAME`, secrets at `/run/secrets/NAME` unless told. */
export function filesOf(
  service: CanonicalService,
  path: string,
  external: ReadonlySet<string>,
  to: Conversion,
): FileMount[] {
  return [
    ...(service.configs ?? []).map((m, i) => fileOf('config', m, `${path}.configs[${i}]`, external, to)),
    ...(service.secrets ?? []).map((m, i) => fileOf('secret', m, `${path}.secrets[${i}]`, external, to)),
  ];
}

function fileOf(
  kind: Kind,
  mount: CanonicalFileMount,
  path: string,
  external: ReadonlySet<string>,
  to: Conversion,
): FileMount {
  if (external.has(`${kind}/${mount.source}`)) {
    report(to, 'error', 'payload-external', path, {
      message: 'an external config or secret has no place to come from',
      detail: mount.source,
      why: 'only an engine with a store of its own (swarm, kubernetes) keeps external ones',
      fix: 'give it a file:, environment: or content: source',
    });
  }
  return {
    target: targetOf(kind, mount),
    source: { payload: { kind, id: mount.source ?? '' } },
    mode: mount.mode === undefined ? 0o444 : Number.parseInt(mount.mode, 8),
    ...present({ uid: mount.uid, gid: mount.gid }),
  };
}

function targetOf(kind: Kind, { source, target }: CanonicalFileMount): string {
  if (target?.startsWith('/')) return target;
  return kind === 'config' ? `/${target ?? source}` : `/run/secrets/${target ?? source}`;
}
