import type { Resolution } from '../executors/docker/images/resolve.ts';
import type { HostReader } from '../executors/transport/connection.ts';
import type { DesiredState } from '../model/desired.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { LiveState } from '../model/live.ts';

export interface StackImages {
  /** Reference → digest, or the id of an image that no registry serves. */
  readonly images: Readonly<Record<string, string>>;
  /** References that the local engine has and no registry serves. */
  readonly localImages: readonly string[];
  readonly notices: readonly Diagnostic[];
}

export interface ImageOptions {
  /** False asks no registry. */
  readonly resolve: boolean;
  readonly signal?: AbortSignal;
  /** Host whose copy of a built image is the one that is meant. */
  readonly builder?: string;
  /** Bytes of pull secrets by digest. */
  readonly payloads?: ReadonlyMap<string, Uint8Array>;
}

interface Candidate {
  readonly image: string;
  readonly digest?: string;
  readonly diagnostic?: Diagnostic;
  /** The local engine's copy is the one that is meant, if it has one. */
  readonly mayBeLocal: boolean;
}

interface Settled extends Omit<Candidate, 'mayBeLocal'> {
  readonly isLocal: boolean;
}

interface LocalImages {
  /** Reference → id. */
  readonly ids: ReadonlyMap<string, string>;
  readonly engineId?: string;
  /** Why the local engine could not be asked. */
  readonly trouble?: string;
}

/**
 * Settles, once for all hosts and while they are still being observed, which bytes each reference means: those of its registry, else those of the local engine,
 * else those the hosts have. A built image is the local engine's wherever that has it.
 *
 * @throws DiagnosticError naming every image that is nowhere
 */
export async function resolveStackImages(
  desired: DesiredState,
  readers: readonly HostReader[],
  live: LiveState | Promise<LiveState>,
  options: ImageOptions,
): Promise<StackImages> {
  const { signal } = options;
  const candidates = await candidatesOf(desired, readers, live, options);
  const open = candidates.filter((c) => c.mayBeLocal).map((c) => c.image);
  const local: LocalImages = open.length === 0 ? { ids: new Map() } : await askLocalEngine(open, signal);
  const settled = candidates.map((c) => settle(c, local));
  const diagnostics = settled.flatMap(({ diagnostic }) => diagnostic ?? []);
  const errors = diagnostics.filter((d) => d.severity === 'error');
  if (errors.length > 0) throw new DiagnosticError(errors, EXIT.failed);
  const isOnHost = (await live).hosts.some((h) => h.engine.id === local.engineId);
  return {
    images: Object.fromEntries(settled.flatMap(({ image, digest }) => (digest === undefined ? [] : [[image, digest]]))),
    localImages: isOnHost ? [] : settled.flatMap(({ image, isLocal }) => (isLocal ? [image] : [])).sort(),
    notices: diagnostics,
  };
}

async function candidatesOf(
  desired: DesiredState,
  readers: readonly HostReader[],
  observing: LiveState | Promise<LiveState>,
  { resolve, signal, builder, payloads = new Map() }: ImageOptions,
): Promise<Candidate[]> {
  const [{ resolveImages }, { registryAuthOf }, { imagesNotPulled, imagesToResolve }] = await Promise.all([
    import('../executors/docker/images/resolve.ts'),
    import('./registry-auth.ts'),
    import('../planner/images.ts'),
  ]);
  const containers = desired.workloads.flatMap((w) => [...w.template.containers, ...w.template.initContainers]);
  const built = new Set(containers.filter((c) => c.build !== undefined).map((c) => c.image));
  const auth = registryAuthOf(desired, payloads);
  const options = { offline: !resolve, auth, ...(signal === undefined ? {} : { signal }) };
  const asked = await resolveImages(imagesToResolve(desired), readers, observing, options);
  const live = await observing;
  const candidates = [
    ...asked.map((r) => askedImage(r, built.has(r.image), live)),
    ...imagesNotPulled(desired).map(({ image, isBuilt }) => keptImage(image, isBuilt || built.has(image), live)),
  ];
  const images = live.hosts.find((h) => h.name === builder)?.images ?? [];
  return candidates.map((candidate) => {
    const { image } = candidate;
    const digest = built.has(image) ? images.find((i) => hasName(i, image))?.id : undefined;
    return digest === undefined ? candidate : { image, digest, mayBeLocal: false };
  });
}

/** While a registry is merely away, what the hosts have is more likely meant than what lies about here. */
function askedImage(resolution: Resolution, isBuilt: boolean, live: LiveState): Candidate {
  const { image, digest, diagnostic, trouble } = resolution;
  const isMissing = digest === undefined && !live.hosts.some((h) => h.images.some((i) => hasName(i, image)));
  const isRefused = trouble !== undefined && (isBuilt || trouble !== 'image/registry-unreachable');
  const mayBeLocal = diagnostic?.code !== 'image/malformed' && (isMissing || isRefused);
  return { image, mayBeLocal, ...(digest && { digest }), ...(diagnostic && { diagnostic }) };
}

/** What is never pulled is known by its id, where all hosts that have it agree. */
function keptImage(image: string, isBuilt: boolean, live: LiveState): Candidate {
  const ids = new Set(live.hosts.flatMap((h) => h.images.filter((i) => hasName(i, image)).map((i) => i.id)));
  const [digest] = ids;
  const isNowhere = digest === undefined;
  return {
    image,
    mayBeLocal: isBuilt || isNowhere,
    ...(ids.size === 1 ? { digest } : {}),
    ...(isNowhere ? { diagnostic: isBuilt ? notBuilt(image) : nowhere(image) } : {}),
  };
}

function hasName({ tags, id }: { readonly tags: readonly string[]; readonly id: string }, image: string): boolean {
  return id === image || tags.includes(image) || tags.includes(`${image}:latest`);
}

/** The local engine's copy where that counts; an image that is nowhere says what was tried. */
function settle(candidate: Candidate, local: LocalImages): Settled {
  const { image, digest, diagnostic } = candidate;
  const id = candidate.mayBeLocal ? local.ids.get(image) : undefined;
  if (id !== undefined) return { image, digest: id, isLocal: true };
  const said = diagnostic?.severity === 'error' ? { ...diagnostic, why: whyNowhere(diagnostic, local) } : diagnostic;
  return { image, isLocal: false, ...(digest && { digest }), ...(said && { diagnostic: said }) };
}

function whyNowhere({ code, why }: Diagnostic, { trouble }: LocalImages): string {
  if (code === 'image/malformed') return why ?? '';
  const here = trouble === undefined ? 'the local engine does not have it' : `no local engine has it: ${trouble}`;
  return [why, here].filter(Boolean).join('; ');
}

async function askLocalEngine(images: readonly string[], signal: AbortSignal | undefined): Promise<LocalImages> {
  const [{ withLocalEngine }, { inspectImage }] = await Promise.all([
    import('./local-engine.ts'),
    import('../executors/images/target-layers.ts'),
  ]);
  const answer = await withLocalEngine(signal, async (engine) => {
    const { ID } = await engine.get<{ ID: string }>('/info', undefined, { signal });
    const found = await Promise.all(images.map(async (image) => [image, await inspectImage(engine, image, signal)]));
    const ids = (found as [string, { Id: string } | undefined][]).flatMap(([image, known]) =>
      known === undefined ? [] : [[image, known.Id] as const],
    );
    return { ids: new Map(ids), engineId: ID };
  });
  return 'trouble' in answer ? { ids: new Map(), trouble: answer.trouble } : answer.result;
}

function notBuilt(image: string): Diagnostic {
  return {
    severity: 'error',
    code: 'image/not-built',
    message: 'image is to be built, and is not there yet',
    detail: image,
    fix: 'pass --build, or build it with docker compose build',
  };
}

function nowhere(image: string): Diagnostic {
  return {
    severity: 'error',
    code: 'image/nowhere',
    message: 'image is never pulled, and is nowhere',
    detail: image,
    why: 'no host has it',
    fix: `load it on this machine (docker load, docker pull ${image}), or change its pull_policy`,
  };
}
