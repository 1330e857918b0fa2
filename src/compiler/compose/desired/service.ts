import type {
  Dependency,
  NetworkAttachment,
  PlacementStrategy,
  PodNetwork,
  PodTemplate,
  RestartPolicy,
  Workload,
} from '../../../model/desired.ts';
import { containerOf } from './container.ts';
import { type Conversion, present, report, seconds } from './convert.ts';
import { extensionOf, textIn } from './extension.ts';
import { placementOf } from './placement.ts';
import { rolloutOf } from './rollout.ts';
import type { CanonicalProject, CanonicalService } from './types.ts';

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
  const rollout = extensionOf(extension.rollout);
  const { deploy = {} } = service;
  const isJob = deploy.mode === 'replicated-job' || deploy.mode === 'global-job';
  const isGlobal = deploy.mode === 'global' || deploy.mode === 'global-job';
  const replicas = service.scale ?? deploy.replicas ?? 1;
  const hook = textIn(extension, 'hook');
  return {
    id: name,
    name,
    kind: isJob || hook !== undefined ? 'job' : isGlobal ? 'daemon' : 'service',
    replicas,
    firstOrdinal: 1,
    labels: deploy.labels ?? {},
    template: templateOf(name, service, project, external, to),
    placement: placementOf(service, path, strategyOf(textIn(extension, 'placement')), to),
    rollout: rolloutOf(deploy.update_config, rollout),
    dependsOn: dependencies(service),
    ...present({
      rollback: deploy.rollback_config === undefined ? undefined : rolloutOf(deploy.rollback_config, {}),
      job: isJob || hook !== undefined ? jobOf(replicas, deploy.restart_policy?.max_attempts) : undefined,
      hook: hook === 'pre-deploy' || hook === 'post-deploy' || hook === 'pre-undo' ? hook : undefined,
    }),
  };
}

function jobOf(replicas: number, maxAttempts: number | undefined): Workload['job'] {
  return { completions: replicas, parallelism: replicas, backoffLimit: maxAttempts ?? 0 };
}

export function strategyOf(text: string | undefined): PlacementStrategy | undefined {
  return text === 'spread' || text === 'binpack' || text === 'random' ? text : undefined;
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
    labels: { 'com.docker.compose.service': name },
    annotations: service.annotations ?? {},
    containers: [containerOf(name, service, path, external, image, to)],
    initContainers: [],
    network: networkOf(service, path, to),
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

function networkOf(service: CanonicalService, path: string, to: Conversion): PodNetwork {
  const mode = service.network_mode;
  if (mode === undefined || mode === 'default' || mode === 'bridge') {
    if (mode === 'bridge')
      report(to, 'note', 'bridge-mode', `${path}.network_mode`, {
        message: "the engine's own bridge gives no names",
        why: 'services reach each other by name only on networks of the stack',
      });
    return {
      mode: 'networks',
      attachments: Object.entries(service.networks ?? {}).map(([id, a]) => attachmentOf(id, service, a ?? {})),
    };
  }
  if (mode === 'host' || mode === 'none') return { mode };
  if (mode.startsWith('service:')) return { mode: 'workload', workload: mode.slice('service:'.length) };
  if (mode.startsWith('container:')) return { mode: 'container', container: mode.slice('container:'.length) };
  return { mode: 'networks', attachments: [{ network: mode, aliases: [] }] };
}

function attachmentOf(
  id: string,
  service: CanonicalService,
  a: NonNullable<NonNullable<CanonicalService['networks']>[string]>,
): NetworkAttachment {
  return {
    network: id,
    aliases: [...(a.aliases ?? []), ...linkAliases(service)],
    ...present({
      ipv4Address: a.ipv4_address,
      ipv6Address: a.ipv6_address,
      linkLocalIps: a.link_local_ips,
      macAddress: a.mac_address ?? service.mac_address,
      interfaceName: a.interface_name,
      priority: a.priority,
      gatewayPriority: a.gw_priority,
      driverOptions: a.driver_opts,
    }),
  };
}

/** A container name is a name others reach it by. */
function linkAliases(service: CanonicalService): string[] {
  return service.container_name === undefined ? [] : [service.container_name];
}

const CONDITIONS: Readonly<Record<string, Dependency['condition']>> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

function dependencies(service: CanonicalService): Dependency[] {
  return Object.entries(service.depends_on ?? {}).map(([workload, { condition, required, restart }]) => ({
    workload,
    condition: CONDITIONS[condition] ?? 'started',
    required: required ?? true,
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
