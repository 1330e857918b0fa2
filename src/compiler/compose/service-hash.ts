import { sha256Hex } from '../../model/spec-hash.ts';
import type { Json, JsonMap } from './canonical/codec.ts';
import type { Service } from './canonical/types.ts';
import { envFileForm } from './print.ts';

/** `docker compose config --hash`: SHA-256 over what makes a container differ, as compact JSON. */
export function serviceHash(service: Service): string {
  const {
    build: _build,
    pull_policy: _pull,
    scale: _scale,
    depends_on: _depends,
    profiles: _profiles,
    ...rest
  } = service;
  const { env_file, deploy } = rest;
  const form = {
    ...rest,
    ...(deploy && { deploy: withoutReplicas(deploy) }),
    ...(env_file && { env_file: env_file.map(envFileForm) }),
  };
  return sha256Hex(compact(form as unknown as JsonMap));
}

function withoutReplicas(deploy: NonNullable<Service['deploy']>): Omit<typeof deploy, 'replicas'> {
  const { replicas: _replicas, ...rest } = deploy;
  return rest;
}

/** JSON without blanks, with `<`, `>`, `&` and line separators escaped, as Go's encoder writes it. */
function compact(value: Json): string {
  const text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner));
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
