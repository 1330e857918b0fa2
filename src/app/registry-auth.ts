import { registryAuth } from '../executors/docker/images/auth.ts';
import { pullSecretAuth, type RegistryAuth } from '../executors/docker/images/pull-secrets.ts';
import type { DesiredState } from '../model/desired.ts';

/** What a registry is shown: the pull secrets of the stack, else what `docker login` left on this machine. */
export function registryAuthOf(desired: DesiredState, payloads: ReadonlyMap<string, Uint8Array>): RegistryAuth {
  return pullSecretAuth(desired, (digest) => payloads.get(digest), registryAuth);
}
