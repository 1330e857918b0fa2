import type { DesiredState } from '../../../model/desired.ts';
import { authHeader, credentialsFailure, type StoredAuth } from './auth.ts';
import { formatReference, parseReference } from './reference.ts';

/** `X-Registry-Auth` of a registry, for one image of it. */
export type RegistryAuth = (registry: string, image: string) => Promise<string | undefined>;

interface Entry {
  readonly stored: StoredAuth;
  /** Length of the path that the entry is limited to; the longest wins, as in Kubernetes. */
  readonly reach: number;
}

/**
 * Credentials out of the pull secrets of the workloads that use an image, else those of `otherwise`.
 *
 * @param bytes content of a secret by its digest; undefined when this run does not have it
 * @see https://kubernetes.io/docs/concepts/containers/images/#config-json
 */
export function pullSecretAuth(
  desired: Pick<DesiredState, 'workloads' | 'secrets'>,
  bytes: (digest: string) => Uint8Array | undefined,
  otherwise: (registry: string) => Promise<string | undefined>,
): RegistryAuth {
  return async (registry, image) => {
    const users = desired.workloads.filter(({ template }) =>
      [...template.containers, ...template.initContainers].some((c) => c.image === image),
    );
    for (const id of new Set(users.flatMap((w) => w.template.pullSecrets))) {
      const digest = desired.secrets.find((s) => s.id === id)?.digest;
      const content = digest === undefined ? undefined : bytes(digest);
      const entry = content && best(read(content, id), registry, image);
      if (entry !== undefined) return authHeader(entry.stored, registry, `secret ${id}`);
    }
    return await otherwise(registry);
  };
}

/** Both kinds of secret: `.dockerconfigjson` holds a docker configuration, the older `.dockercfg` its entries. */
function read(content: Uint8Array, id: string): Readonly<Record<string, StoredAuth>> {
  try {
    const config = JSON.parse(Buffer.from(content).toString('utf8')) as { auths?: Record<string, StoredAuth> };
    return config.auths ?? (config as Record<string, StoredAuth>);
  } catch {
    throw credentialsFailure(`secret ${id}`, 'it is not JSON', 'kubectl create secret docker-registry makes one');
  }
}

function best(entries: Readonly<Record<string, StoredAuth>>, registry: string, image: string): Entry | undefined {
  const parsed = parseReference(image);
  const repository = parsed.ok ? formatReference({ ...parsed.reference, tag: undefined, digest: undefined }) : registry;
  const path = repository.slice(registry.length + 1);
  const found = Object.entries(entries).flatMap(([key, stored]): Entry[] => {
    const [host = '', ...rest] = key
      .replace(/^https?:\/\//, '')
      .replace(/\/v[12]\/?$/, '')
      .replace(/\/$/, '')
      .split('/');
    const limit = rest.join('/');
    const isHere = isHost(host, registry) && (limit === '' || path === limit || path.startsWith(`${limit}/`));
    return isHere ? [{ stored, reach: limit.length }] : [];
  });
  return found.sort((a, b) => b.reach - a.reach)[0];
}

/** `*` stands for one part of a name, as in Kubernetes. */
function isHost(pattern: string, registry: string): boolean {
  if (registry === 'docker.io' && pattern === 'index.docker.io') return true;
  const parts = pattern.split('.').map((p) => p.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^.]*'));
  return new RegExp(`^${parts.join('\\.')}$`).test(registry);
}
