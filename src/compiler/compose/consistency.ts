import type { Position } from '../../model/diagnostic.ts';
import { didYouMean } from '../../model/suggest.ts';
import { extensionsOf, type JsonMap } from './canonical/codec.ts';
import type { CanonicalProject, Service } from './canonical/types.ts';
import { findCycle } from './cycle.ts';
import { fail, type Session } from './session.ts';

export interface ConsistencyInput {
  readonly project: CanonicalProject;
  /** Services that no enabled profile has. */
  readonly disabled: ReadonlySet<string>;
  readonly session: Session;
  /** Where a field path was written. */
  readonly place: (path: readonly (string | number)[]) => Position | undefined;
}

type Report = (path: readonly (string | number)[], code: string, message: string, detail: string, fix: string) => void;

/** Checks that what services refer to is there, and that what they say in two places agrees. */
export function checkConsistency(input: ConsistencyInput): void {
  const { project, session, place } = input;
  const report: Report = (path, code, message, detail, fix) => {
    const position = place(path);
    fail(session, code, { message, ...(position && { position }), path: showPath(path), detail, fix });
  };
  const broken = brokenServices(session);
  for (const [name, service] of Object.entries(project.services)) {
    const say: Report = (path, ...rest) => report(['services', name, ...path], ...rest);
    checkReferences(service, say, input);
    if (broken.has(name)) continue;
    checkSource(service, say, project);
    checkAmounts(service, say);
    checkMounts(service, say);
    for (const [i, watch] of (service.develop?.watch ?? []).entries())
      if (!watch.target && watch.action !== 'rebuild' && watch.action !== 'restart')
        say(
          ['develop', 'watch', i],
          'watch-target',
          'a watch has no target',
          watch.action,
          'add target: with a path of the container',
        );
  }
  for (const [name, secret] of Object.entries(project.secrets ?? {}))
    if (!secret.external && !secret.file && !secret.environment && !hasOwnSource(secret))
      report(
        ['secrets', name],
        'payload-source',
        'nothing says where the bytes come from',
        name,
        'add file or environment',
      );
  const cycle = findCycle(project);
  if (cycle)
    report(
      ['services', cycle[0] ?? '', 'depends_on'],
      'depends-on-cycle',
      'services wait for each other',
      cycle.join(' → '),
      'remove one of the depends_on entries',
    );
}

/** Services with a finding of their own already: what is missing there may just not have been read. */
function brokenServices(session: Session): ReadonlySet<string> {
  const paths = session.diagnostics.flatMap(({ severity, path }) => (severity === 'error' && path ? [path] : []));
  return new Set(paths.flatMap((path) => /^services\.([^.[]+)/.exec(path)?.[1] ?? []));
}

function showPath(path: readonly (string | number)[]): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

function checkSource(service: Service, say: Report, project: CanonicalProject): void {
  const { build } = service;
  if (!build && !service.image && !service.provider)
    say(
      [],
      'no-image',
      'a service has neither an image nor a build',
      'image or build',
      'add image: NAME, or build: FOLDER',
    );
  if (!build) return;
  if (build.dockerfile_inline && build.dockerfile)
    say(
      ['build', 'dockerfile'],
      'dockerfile',
      'dockerfile and dockerfile_inline exclude each other',
      build.dockerfile,
      'keep one of them',
    );
  for (const [key, context] of Object.entries(build.additional_contexts ?? {})) {
    if (!context.startsWith('service:')) continue;
    const target = context.slice('service:'.length);
    const fix = 'name a service of this project that has a build';
    if (!project.services[target]?.build)
      say(
        ['build', 'additional_contexts', key],
        'build-context',
        'a build context is no service with a build',
        target,
        fix,
      );
  }
  if (build.platforms?.length && service.platform && !build.platforms.includes(service.platform))
    say(
      ['platform'],
      'platform',
      'the platform is not among those built',
      service.platform,
      `use one of ${build.platforms.join(', ')}`,
    );
}

function checkReferences(service: Service, say: Report, { project, disabled }: ConsistencyInput): void {
  const known = (
    section: Readonly<Record<string, unknown>> | undefined,
    key: string,
    path: (string | number)[],
    what: string,
    code = what,
  ) => {
    if (section && Object.hasOwn(section, key)) return;
    const hint = didYouMean(key, Object.keys(section ?? {}));
    say(
      path,
      `undefined-${code}`,
      `a ${what} is not defined`,
      key,
      hint ?? `define it under ${what.split(' ').at(-1)}s:`,
    );
  };
  if (service.network_mode && Object.keys(service.networks ?? {}).length > 0)
    say(
      ['network_mode'],
      'network-mode',
      'network_mode and networks exclude each other',
      service.network_mode,
      'keep one of them',
    );
  for (const key of Object.keys(service.networks ?? {})) known(project.networks, key, ['networks', key], 'network');
  for (const [i, volume] of (service.volumes ?? []).entries())
    if (volume.type === 'volume' && volume.source) known(project.volumes, volume.source, ['volumes', i], 'volume');
  for (const [i, secret] of (build(service).secrets ?? []).entries())
    known(project.secrets, secret.source ?? '', ['build', 'secrets', i], 'build secret', 'secret');
  for (const [i, config] of (service.configs ?? []).entries())
    known(project.configs, config.source ?? '', ['configs', i], 'config');
  for (const key of Object.keys(service.models ?? {})) known(project.models, key, ['models', key], 'model');
  for (const [i, secret] of (service.secrets ?? []).entries())
    known(project.secrets, secret.source ?? '', ['secrets', i], 'secret');
  checkServices(service, say, project, disabled);
}

function build(service: Service): NonNullable<Service['build']> {
  return service.build ?? {};
}

function checkServices(service: Service, say: Report, project: CanonicalProject, disabled: ReadonlySet<string>): void {
  const shared = service.network_mode?.startsWith('service:')
    ? service.network_mode.slice('service:'.length)
    : undefined;
  for (const [name, { required }] of Object.entries(service.depends_on ?? {})) {
    if (Object.hasOwn(project.services, name)) continue;
    if (disabled.has(name) && !required) continue;
    const message = disabled.has(name)
      ? 'a service depends on one that no enabled profile has'
      : 'a service depends on one that is not defined';
    const fix = disabled.has(name)
      ? 'enable its profile, or set required: false'
      : didYouMean(name, Object.keys(project.services));
    say(['depends_on', name], 'undefined-service', message, name, fix ?? 'define it, or remove it from depends_on');
  }
  if (shared !== undefined && !Object.hasOwn(project.services, shared) && !service.depends_on?.[shared])
    say(
      ['network_mode'],
      'undefined-service',
      'a shared network belongs to no service',
      shared,
      'name a service of this project',
    );
}

function checkAmounts(service: Service, say: Report): void {
  const { deploy, scale } = service;
  const replicas = deploy?.replicas;
  if (scale !== undefined && replicas !== undefined && scale !== replicas)
    say(
      ['scale'],
      'scale',
      'scale and deploy.replicas differ',
      `${scale} and ${replicas}`,
      'keep deploy.replicas only',
    );
  const count = scale ?? replicas;
  if (count !== undefined && count < 0)
    say(
      scale === undefined ? ['deploy', 'replicas'] : ['scale'],
      'scale',
      'a number of replicas is negative',
      String(count),
      'use 0 or more',
    );
  if (count !== undefined && count > 1 && service.container_name)
    say(
      ['container_name'],
      'container-name',
      'several replicas cannot have one container name',
      service.container_name,
      'remove container_name',
    );
  const { limits, reservations } = deploy?.resources ?? {};
  const differ = (field: 'cpus' | 'mem_limit' | 'mem_reservation' | 'pids_limit', other: unknown, place: string) => {
    const own = service[field];
    if (own !== undefined && own !== (other ?? (typeof own === 'string' ? '' : 0)))
      say(
        [field],
        'limit-conflict',
        `${field} and ${place} differ`,
        `${own} and ${String(other ?? 'none')}`,
        `keep ${place} only`,
      );
  };
  if (limits) differ('cpus', limits.cpus, 'deploy.resources.limits.cpus');
  if (limits) differ('mem_limit', limits.memory, 'deploy.resources.limits.memory');
  if (reservations) differ('mem_reservation', reservations.memory, 'deploy.resources.reservations.memory');
  if (limits) differ('pids_limit', limits.pids, 'deploy.resources.limits.pids');
  const first = service.healthcheck?.test?.[0];
  if (first !== undefined && !['CMD', 'CMD-SHELL', 'NONE'].includes(first))
    say(
      ['healthcheck', 'test'],
      'health-test',
      'a health check does not say how to run',
      first,
      'begin the list with CMD, CMD-SHELL or NONE',
    );
}

function checkMounts(service: Service, say: Report): void {
  const taken = new Set<string>();
  const take = (target: string, path: (string | number)[]) => {
    if (taken.has(target))
      say(path, 'mount-twice', 'two mounts have the same target', target, 'give one of them another target');
    taken.add(target);
  };
  for (const [i, tmpfs] of (service.tmpfs ?? []).entries()) take(tmpfs.split(':', 1)[0] ?? tmpfs, ['tmpfs', i]);
  for (const [i, volume] of (service.volumes ?? []).entries()) take(volume.target ?? '', ['volumes', i]);
}

/** `x-stowage.from` says where the bytes come from. */
function hasOwnSource(payload: { readonly [extensionsOf]?: JsonMap }): boolean {
  const extension = payload[extensionsOf]?.['x-stowage'];
  return typeof extension === 'object' && extension !== null && 'from' in extension;
}
