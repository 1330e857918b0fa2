import type { Diagnostic } from '../../../model/diagnostic.ts';
import { parseReference } from './reference.ts';

type Trouble = Pick<Diagnostic, 'code' | 'message' | 'fix'>;

/**
 * The engine's words about a registry, in the order they are looked for: a missing image of a private registry is
 * often reported as a refusal, so refusals come first.
 */
const MEANINGS: readonly (readonly [RegExp, Trouble])[] = [
  [
    /unauthorized|no basic auth|denied|authentication required|forbidden/i,
    {
      code: 'image/unauthorized',
      message: 'registry refused the credentials',
      fix: 'docker login REGISTRY, as a user who may pull it; or check the name',
    },
  ],
  [
    /manifest unknown|not found|does not exist|name unknown|no such image/i,
    {
      code: 'image/not-found',
      message: 'image is not in its registry',
      fix: 'check name and tag, or push it first',
    },
  ],
  [
    /verification failed for digest|does not match digest|unexpected commit digest|digest mismatch/i,
    {
      code: 'image/digest-mismatch',
      message: 'what the registry sent does not match its digest',
      fix: 'something on the way changes or damages it: check the registry’s storage, and proxies and mirrors',
    },
  ],
  [
    /no matching manifest|does not match the specified platform/i,
    {
      code: 'image/platform',
      message: 'image is not made for this host',
      fix: 'build it for the host’s platform, or place the workload on another host',
    },
  ],
  [
    /no space left on device/i,
    { code: 'host/disk-full', message: 'disk of the host is full', fix: 'free space on the host: docker system prune' },
  ],
  [
    /too many requests|toomanyrequests|rate limit/i,
    {
      code: 'image/rate-limited',
      message: 'registry limits how often it may be asked',
      fix: 'docker login REGISTRY, or wait and run again',
    },
  ],
];

const UNREACHABLE: Trouble = {
  code: 'image/registry-unreachable',
  message: 'registry cannot be reached from the host',
  fix: 'check the registry’s name, and the host’s network, DNS and proxy; --no-resolve plans without it',
};

const NO_SUCH_DIGEST: Trouble = {
  code: 'image/digest-unknown',
  message: 'registry has no image with this digest',
  fix: 'plan again, so that the tag is looked up anew; where the file names the digest, take the one the registry has',
};

/** What the engine's words about a registry mean. */
export function registryTrouble(image: string, words: string, host: string): Diagnostic {
  const found = MEANINGS.find(([pattern]) => pattern.test(words))?.[1] ?? UNREACHABLE;
  const meaning = found.code === 'image/not-found' && image.includes('@') ? NO_SUCH_DIGEST : found;
  const fix = meaning.fix?.replace('docker login REGISTRY', loginCommand(image));
  return { severity: 'error', ...meaning, fix, detail: image, where: `host ${host}`, why: words };
}

function loginCommand(image: string): string {
  const parsed = parseReference(image);
  const registry = parsed.ok ? parsed.reference.registry : 'docker.io';
  return registry === 'docker.io' ? 'docker login' : `docker login ${registry}`;
}
