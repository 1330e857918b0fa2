import type {
  Dependency,
  NetworkAttachment,
  PodNetwork,
  PodTemplate,
  RestartPolicy,
  Workload,
  WorkloadKind,
} from '../../../model/desired.ts';
import { containerOf } from './container.ts';
import { type Conversion, present, report, seconds } from './convert.ts';
import { type Extension, extensionOf, numberIn, textIn } from './extension.ts';
import { placementOf } from './placement.ts';
import { durationMs, rollbackOf, rolloutOf } from './rollout.ts';
import { SERVICE_LABEL } from './service-label.ts';
import type { CanonicalAttachment, CanonicalProject, CanonicalService } from './types.ts';

/** A service as a workload whose pod is one container. */
export function workloadOf(
  name: string,
  service: CanonicalService,
  project: CanonicalProject,
  external: ReadonlySet<string>,
  to: Conversion,
): Workload {
  const path = `services.${name}`;
  const extension = extensionOf(service['x-stowage']);
  const { deploy } = service;
  const replicas = service.scale ?? deploy?.replicas ?? 1;
  const hook = textIn(extension, 'hook') as Workload['hook'];
  const kind = kindOf(name, service, extension, project);
  return {
    id: name,
    name,
    kind,
    replicas,
    firstOrdinal: 1,
    labels: deploy?.labels ?? {},
    template: templateOf(name, service, project, external, to),
    placement: placementOf(service, path, project, to),
    rollout: rolloutOf(service, path, extensionOf(project['x-stowage']), to),
    dependsOn: dependencies(service, project),
    ...present({
      rollback: rollbackOf(service, path, to),
      job: kind === 'job' || kind === 'cron' ? jobOf(replicas, deploy?.restart_policy?.max_attempts) : undefined,
      cron: kind === 'cron' ? cronOf(extensionOf(extension.cron), `${path}.x-stowage.cron`, to) : undefined,
      stateful: kind === 'stateful' ? STATEFUL : undefined,
      suspended: replicas === 0 || undefined,
      hook,
    }),
  };
}

const STATEFUL: Workload['stateful'] = { order: 'ordered', update: 'rolling', partition: 0, claims: [] };

/** A service that others wait to complete is a job, whatever else it says: it is expected to end. */
function kindOf(
  name: string,
  service: CanonicalService,
  extension: Extension,
  project: CanonicalProject,
): WorkloadKind {
  if (extension.cron !== undefined) return 'cron';
  const mode = service.deploy?.mode;
  if (mode === 'replicated-job' || mode === 'global-job' || extension.hook !== undefined) return 'job';
  const told = textIn(extension, 'kind');
  if (told !== undefined) return told as WorkloadKind;
  if (mode === 'global') return 'daemon';
  const awaited = Object.values(project.services ?? {}).some(
    (other) => other.depends_on?.[name]?.condition === 'service_completed_successfully',
  );
  return awaited ? 'job' : 'service';
}

function cronOf(cron: Extension, path: string, to: Conversion): Workload['cron'] {
  const deadline = durationMs(cron['starting-deadline'], `${path}.starting-deadline`, to);
  return {
    schedule: textIn(cron, 'schedule') ?? '',
    concurrency: (textIn(cron, 'concurrency') ?? 'Allow') as 'Allow' | 'Forbid' | 'Replace',
    suspend: false,
    keepSuccessful: numberIn(cron, 'keep-successful') ?? 3,
    keepFailed: numberIn(cron, 'keep-failed') ?? 1,
    ...present({
      timeZone: textIn(cron, 'time-zone'),
      startingDeadlineSeconds: deadline === undefined ? undefined : deadline / 1000,
    }),
  };
}

function jobOf(replicas: number, maxAttempts: number | undefined): Workload['job'] {
  return { completions: replicas, parallelism: replicas, backoffLimit: maxAttempts ?? 0 };
}

function templateOf(
  name: string,
  service: CanonicalService,
  project: CanonicalProject,
  external: ReadonlySet<string>,
  to: Conversion,
): PodTemplate {
  const path = `services.${name}`;
  const image = service.image ?? `${project.name}-${name}`;
  const hasDns = service.dns ?? service.dns_search ?? service.dns_opt;
  return {
    labels: { ...service.labels, [SERVICE_LABEL]: name },
    annotations: service.annotations ?? {},
    containers: [containerOf(name, service, path, external, image, to)],
    initContainers: [],
    network: networkOf(name, service, project, to),
    extraHosts: (service.extra_hosts ?? []).map(hostLine),
    sysctls: Object.fromEntries(Object.entries(service.sysctls ?? {}).map(([key, value]) => [key, String(value)])),
    shareProcessNamespace: false,
    hostPid: false,
    hostIpc: false,
    stopGraceSeconds: seconds(service.stop_grace_period) ?? 10,
    restart: restartOf(service),
    pullSecrets: [],
    scratch: [],
    ...present({
      hostname: service.hostname,
      domainname: service.domainname,
      platform: service.platform,
      restartToken: textIn(extensionOf(service['x-stowage']), 'restart-token'),
      dns: hasDns
        ? { servers: service.dns ?? [], search: service.dns_search ?? [], options: service.dns_opt ?? [] }
        : undefined,
    }),
  };
}

/** `host=address`, as the canonical form writes it. */
function hostLine(line: string): { name: string; address: string } {
  const at = line.search(/[=:]/);
  return { name: line.slice(0, at), address: line.slice(at + 1).replace(/^\[(.*)\]$/, '$1') };
}

function networkOf(name: string, service: CanonicalService, project: CanonicalProject, to: Conversion): PodNetwork {
  const mode = service.network_mode;
  if (mode === undefined || mode === 'default' || mode === 'bridge') {
    if (mode === 'bridge')
      report(to, 'note', 'bridge-mode', `services.${name}.network_mode`, {
        message: "the engine's own bridge gives no names",
        why: 'services reach each other by name only on networks of the stack',
      });
    const primary = primaryNetwork(service.networks ?? {});
    return {
      mode: 'networks',
      attachments: Object.entries(service.networks ?? {}).map(([id, a]) =>
        attachmentOf(id, a ?? {}, ownNames(name, service, project), id === primary ? service.mac_address : undefined),
      ),
    };
  }
  if (mode === 'host' || mode === 'none') return { mode };
  if (mode.startsWith('service:')) return { mode: 'workload', workload: mode.slice('service:'.length) };
  if (mode.startsWith('container:')) return { mode: 'container', container: mode.slice('container:'.length) };
  return { mode: 'networks', attachments: [{ network: mode, aliases: [] }] };
}

/** The network that is joined first: the one of the highest priority, then by name. */
function primaryNetwork(networks: NonNullable<CanonicalService['networks']>): string | undefined {
  const ids = Object.keys(networks).sort();
  return ids.sort((a, b) => (networks[b]?.priority ?? 0) - (networks[a]?.priority ?? 0))[0];
}

function attachmentOf(
  id: string,
  a: CanonicalAttachment,
  names: readonly string[],
  macAddress: string | undefined,
): NetworkAttachment {
  return {
    network: id,
    aliases: [...(a.aliases ?? []), ...names],
    ...present({
      ipv4Address: a.ipv4_address,
      ipv6Address: a.ipv6_address,
      linkLocalIps: a.link_local_ips,
      macAddress: a.mac_address ?? macAddress,
      interfaceName: a.interface_name,
      priority: a.priority,
      gatewayPriority: a.gw_priority,
      driverOptions: a.driver_opts,
    }),
  };
}

/** A container name is a name others reach it by, and so is the alias of a link to it. */
function ownNames(name: string, service: CanonicalService, project: CanonicalProject): string[] {
  const linked = Object.values(project.services ?? {}).flatMap(({ links = [] }) =>
    links.flatMap((link) => (link.startsWith(`${name}:`) ? [link.slice(name.length + 1)] : [])),
  );
  return [...new Set([...(service.container_name === undefined ? [] : [service.container_name]), ...linked])];
}

const CONDITIONS: Readonly<Record<string, Dependency['condition']>> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

/** An optional dependency that is not part of the stack is left out. */
function dependencies(service: CanonicalService, project: CanonicalProject): Dependency[] {
  const here = Object.entries(service.depends_on ?? {}).filter(([name]) => Object.hasOwn(project.services ?? {}, name));
  return here.map(([workload, { condition, required, restart }]) => ({
    workload,
    condition: CONDITIONS[condition ?? ''] ?? 'started',
    required,
    restart: restart ?? false,
  }));
}

/**
 * `deploy.restart_policy` stands above `restart`; without either, compose restarts nothing.
 *
 * @see compose-spec deploy.md, "restart_policy"
 */
function restartOf(service: CanonicalService): RestartPolicy {
  const policy = service.deploy?.restart_policy;
  if (policy !== undefined) {
    const condition =
      policy.condition === 'none' ? 'no' : policy.condition === 'on-failure' ? 'on-failure' : 'unless-stopped';
    return { condition, ...present({ maxAttempts: policy.max_attempts }) };
  }
  const [condition = 'no', attempts] = (service.restart ?? 'no').split(':', 2);
  const known =
    condition === 'always' || condition === 'unless-stopped' || condition === 'on-failure' ? condition : 'no';
  return { condition: known, ...(attempts === undefined ? {} : { maxAttempts: Number(attempts) }) };
}
