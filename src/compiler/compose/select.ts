import type { CanonicalProject, Service } from './canonical/types.ts';
import { fail, type Session } from './session.ts';

type Services = Readonly<Record<string, Service>>;

export interface Selection {
  readonly enabled: Services;
  readonly disabled: Services;
}

/** Parts the services by profile; one without profiles is always enabled, and `*` enables all. */
export function applyProfiles(services: Services, profiles: readonly string[]): Selection {
  const all = profiles.includes('*');
  const isEnabled = ({ profiles: own = [] }: Service) =>
    own.length === 0 || all || own.some((profile) => profiles.includes(profile));
  const enabled: Record<string, Service> = {};
  const disabled: Record<string, Service> = {};
  for (const [name, service] of Object.entries(services)) (isEnabled(service) ? enabled : disabled)[name] = service;
  return { enabled, disabled };
}

/** Keeps the named services and what they depend on. A named service enables its profiles. */
export function selectServices(
  { enabled, disabled }: Selection,
  names: readonly string[],
  profiles: readonly string[],
  session: Session,
): Services {
  if (names.length === 0) return enabled;
  const all = { ...enabled, ...disabled };
  const more = names.flatMap((name) => (Object.hasOwn(disabled, name) ? (disabled[name]?.profiles ?? []) : []));
  const available = applyProfiles(all, [...profiles, ...more]).enabled;
  const kept = new Set<string>();
  const visit = (name: string, required: boolean): void => {
    if (kept.has(name)) return;
    const service = Object.hasOwn(available, name) ? available[name] : undefined;
    if (!service) {
      if (required) noSuchService(name, Object.keys(all), session);
      return;
    }
    kept.add(name);
    for (const [next, dependency] of Object.entries(service.depends_on ?? {})) visit(next, dependency.required);
  };
  for (const name of names) visit(name, true);
  return Object.fromEntries(
    Object.entries(available).flatMap(([name, service]) =>
      kept.has(name) ? [[name, keepDependencies(service, kept)]] : [],
    ),
  );
}

function keepDependencies(service: Service, kept: ReadonlySet<string>): Service {
  const given = Object.entries(service.depends_on ?? {});
  const left = given.filter(([name]) => kept.has(name));
  if (left.length === given.length) return service;
  const { depends_on: _, ...rest } = service;
  return left.length === 0 ? rest : { ...rest, depends_on: Object.fromEntries(left) };
}

function noSuchService(name: string, known: readonly string[], session: Session): void {
  fail(session, 'undefined-service', {
    message: 'there is no such service',
    where: name,
    fix: `use one of ${known.join(', ') || '(the project has no services)'}`,
  });
}

/** Drops networks, volumes, configs, secrets and models that no service uses. */
export function dropUnused(project: CanonicalProject): CanonicalProject {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    secrets: new Set<string>(),
    configs: new Set<string>(),
    models: new Set<string>(),
  };
  for (const service of Object.values(project.services)) {
    for (const name of Object.keys(service.networks ?? {})) used.networks.add(name);
    for (const volume of service.volumes ?? [])
      if (volume.type === 'volume' && volume.source) used.volumes.add(volume.source);
    for (const secret of [...(service.secrets ?? []), ...(service.build?.secrets ?? [])])
      used.secrets.add(secret.source ?? '');
    for (const config of service.configs ?? []) used.configs.add(config.source ?? '');
    for (const name of Object.keys(service.models ?? {})) used.models.add(name);
  }
  return {
    ...project,
    networks: pick(project.networks, used.networks),
    volumes: pick(project.volumes, used.volumes),
    secrets: pick(project.secrets, used.secrets),
    configs: pick(project.configs, used.configs),
    models: pick(project.models, used.models),
  };
}

function pick<T>(
  section: Readonly<Record<string, T>> | undefined,
  names: ReadonlySet<string>,
): Readonly<Record<string, T>> | undefined {
  const kept = Object.entries(section ?? {}).filter(([name]) => names.has(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
