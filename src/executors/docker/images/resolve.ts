import { type Diagnostic, DiagnosticError } from '../../../model/diagnostic.ts';
import { EXIT } from '../../../model/exit-codes.ts';
import type { LiveState } from '../../../model/live.ts';
import type { HostReader } from '../../transport/connection.ts';
import { HostError } from '../../transport/errors.ts';
import { registryAuth } from './auth.ts';
import { formatReference, type ImageReference, parseReference } from './reference.ts';
import { registryTrouble } from './trouble.ts';

export interface ResolveOptions {
  /** Look only at what the hosts have (`--no-resolve`). */
  readonly offline?: boolean;
  /** `X-Registry-Auth` of a registry; what `docker login` left behind unless given. */
  readonly auth?: (registry: string, image: string) => Promise<string | undefined>;
  readonly signal?: AbortSignal;
  /** Told of images that could not be resolved but are on a host. */
  readonly onNotice?: (notice: Diagnostic) => void;
}

export interface Resolution {
  readonly image: string;
  /** `sha256:…`; absent when the image stays known by its tag only. */
  readonly digest?: string;
  /** An error when the image is nowhere, a warning when only hosts have it. */
  readonly diagnostic?: Diagnostic;
  /** Code of what the registry said, where hosts have the image all the same. */
  readonly trouble?: string;
}

const LOOK_UP_TIMEOUT_MS = 30_000;
const HOSTS_TO_TRY = 3;

/**
 * The digest behind each reference, asked once for all hosts so that they run the same bytes.
 *
 * @throws DiagnosticError naming every image that is neither in its registry nor on a host
 */
export async function resolveDigests(
  images: readonly string[],
  readers: readonly HostReader[],
  live: LiveState,
  options: ResolveOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const resolutions = await resolveImages(images, readers, live, options);
  const found = resolutions.flatMap(({ diagnostic }) => diagnostic ?? []);
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new DiagnosticError(errors, EXIT.failed);
  for (const notice of found) options.onNotice?.(notice);
  return Object.fromEntries(
    resolutions.flatMap(({ image, digest }) => (digest === undefined ? [] : [[image, digest]])),
  );
}

/**
 * All references at once, spread over the hosts: the registry is asked by the engines, which will pull from it.
 *
 * @param live may still be on its way: it counts only for what no registry answers for
 */
export async function resolveImages(
  images: readonly string[],
  readers: readonly HostReader[],
  live: LiveState | Promise<LiveState>,
  options: ResolveOptions = {},
): Promise<Resolution[]> {
  const unique = [...new Set(images)].sort();
  return await Promise.all(
    unique.map(async (image, i) => {
      const order = [...readers.slice(i % readers.length), ...readers.slice(0, i % readers.length)];
      return await resolveOne(image, order, live, options);
    }),
  );
}

async function resolveOne(
  image: string,
  readers: readonly HostReader[],
  live: LiveState | Promise<LiveState>,
  options: ResolveOptions,
): Promise<Resolution> {
  if (/^sha256:[0-9a-f]{64}$/.test(image)) return { image };
  const parsed = parseReference(image);
  if (!parsed.ok) return { image, diagnostic: malformed(image, parsed.why) };
  const { reference } = parsed;
  if (reference.digest !== undefined) return { image, digest: reference.digest };
  const answer = options.offline ? undefined : await askRegistry(image, reference, readers, options);
  if (typeof answer === 'string') return { image, digest: answer };
  const local = onHosts(reference, await live);
  if (local.hosts.length === 0) return { image, diagnostic: answer };
  if (answer === undefined) return { image, digest: local.digest };
  return {
    image,
    digest: local.digest,
    trouble: answer.code,
    diagnostic: onlyOnHosts(image, local.hosts, answer),
  };
}

/** The digest, or why there is none. Trouble of one host's network is asked about at the next. */
async function askRegistry(
  image: string,
  reference: ImageReference,
  readers: readonly HostReader[],
  { auth = (registry) => registryAuth(registry), signal }: ResolveOptions,
): Promise<string | Diagnostic | undefined> {
  let trouble: Diagnostic | undefined;
  const header = await auth(reference.registry, image);
  const headers = header === undefined ? undefined : { 'X-Registry-Auth': header };
  for (const reader of readers.slice(0, HOSTS_TO_TRY)) {
    try {
      const path = `/distribution/${formatReference(reference)}/json`;
      const request = { headers, signal, timeoutMs: LOOK_UP_TIMEOUT_MS };
      const { Descriptor } = await reader.get<{ Descriptor: { digest: string } }>(path, undefined, request);
      return Descriptor.digest;
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      if (error.status === undefined && error.code !== 'host/timeout') throw error;
      trouble = registryTrouble(image, error.diagnostic.detail ?? error.message, reader.name);
      if (trouble.code !== 'image/registry-unreachable') break;
    }
  }
  return trouble;
}

/** What the hosts have under this reference. The digest is that of all of them, or there is none. */
function onHosts(reference: ImageReference, live: LiveState): { hosts: string[]; digest?: string } {
  const wanted = formatReference(reference);
  const repository = wanted.slice(0, wanted.lastIndexOf(':'));
  const copies = live.hosts.flatMap((host) =>
    host.images
      .filter(({ tags }) => tags.some((tag) => inFull(tag) === wanted))
      .map(({ id, digests }) => {
        const own = digests.map(inFull).find((digest) => digest?.startsWith(`${repository}@`));
        return { host: host.name, digest: own?.slice(repository.length + 1) ?? id };
      }),
  );
  const digests = new Set(copies.map(({ digest }) => digest));
  const [only] = digests;
  return { hosts: copies.map(({ host }) => host), ...(digests.size === 1 ? { digest: only } : {}) };
}

function inFull(text: string): string | undefined {
  const parsed = parseReference(text);
  return parsed.ok ? formatReference(parsed.reference) : undefined;
}

function malformed(image: string, why: string): Diagnostic {
  return {
    severity: 'error',
    code: 'image/malformed',
    message: 'image reference cannot be read',
    detail: image,
    why,
    fix: 'write it as [registry/]repository[:tag], in lower case',
  };
}

function onlyOnHosts(image: string, hosts: readonly string[], trouble: Diagnostic): Diagnostic {
  return {
    severity: 'warning',
    code: 'image/only-on-hosts',
    message: 'image is not resolved by its registry; what the hosts have is used',
    detail: `${image} on ${hosts.join(', ')}`,
    why: [trouble.message, trouble.why].filter(Boolean).join(': '),
    fix: trouble.fix,
  };
}
