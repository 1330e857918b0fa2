import type { Container, RolloutPolicy, Workload } from '../../../../model/desired.ts';
import type { Json, JsonObject } from '../../json.ts';
import { clean } from '../json.ts';
import { emitResources, emitServiceContainer } from './container.ts';
import { type ComposeEmission, composeName, escapeCompose } from './context.ts';

/** The proxy for service ports has no place in a compose file: names lead to the containers' own ports there. */
const PORT_PROXY = 'service-ports';

/** A workload as services: one for a pod of one container, else one each that share the first one's network. */
export function emitServices(workload: Workload, to: ComposeEmission): [string, JsonObject][] {
  reportLosses(workload, to);
  const name = composeName(workload.id);
  const [main, ...others] = workload.template.containers;
  if (!main) return [];
  const before = workload.template.initContainers.filter((container) => container.name !== PORT_PROXY);
  const once = before.filter(({ sidecar }) => !sidecar);
  const beside = [...before.filter(({ sidecar }) => sidecar), ...others];
  const nameOf = (container: Container) => composeName(`${workload.id}-${container.name}`);
  const depends = Object.fromEntries(
    once.map((container) => [nameOf(container), { condition: 'service_completed_successfully' }]),
  );
  to.losses.addIf(
    beside.length > 0 && workload.replicas > 1,
    workload.id,
    'its containers beside the first',
    'services share a network only one to one',
    'keep one replica, or use the manifests as they are',
  );
  const first = clean({
    ...emitServiceContainer(main, workload, to),
    ...emitPodKeys(workload, to),
    ...emitDeploy(workload, main),
    depends_on: depends,
  });
  return [
    ...once.map((container, i): [string, JsonObject] => [
      nameOf(container),
      emitInit(container, once[i - 1] && nameOf(once[i - 1] as Container), workload, to),
    ]),
    [name, first],
    ...beside.map((container): [string, JsonObject] => [
      nameOf(container),
      clean({
        ...emitServiceContainer(container, workload, to),
        network_mode: `service:${name}`,
        restart: restartOf(workload),
        deploy: clean({ resources: emitResources(container) }),
      }),
    ]),
  ];
}

function emitInit(
  container: Container,
  previous: string | undefined,
  workload: Workload,
  to: ComposeEmission,
): JsonObject {
  const depends = previous === undefined ? undefined : { [previous]: { condition: 'service_completed_successfully' } };
  return clean({
    ...emitServiceContainer(container, workload, to),
    networks: networksOf(workload),
    restart: 'no',
    depends_on: depends,
  });
}

function emitPodKeys(workload: Workload, to: ComposeEmission): JsonObject {
  const { template } = workload;
  return clean({
    hostname: template.hostname,
    network_mode:
      template.network.mode === 'host' || template.network.mode === 'none' ? template.network.mode : undefined,
    networks: networksOf(workload, to),
    ports: publishedPorts(workload, to),
    extra_hosts: template.extraHosts.map(({ name, address }) => `${name}=${address}`),
    dns: [...(template.dns?.servers ?? [])],
    dns_search: [...(template.dns?.search ?? [])],
    dns_opt: [...(template.dns?.options ?? [])],
    sysctls: { ...template.sysctls },
    pid: template.hostPid ? 'host' : undefined,
    ipc: template.hostIpc ? 'host' : undefined,
    stop_grace_period: template.stopGraceSeconds === 10 ? undefined : `${template.stopGraceSeconds}s`,
    labels: Object.fromEntries(Object.entries(template.labels).map(([key, value]) => [key, escapeCompose(value)])),
  });
}

/** A network for each namespace; names of services that differ from the compose service's are aliases. */
function networksOf(workload: Workload, to?: ComposeEmission): JsonObject | undefined {
  if (workload.template.network.mode !== 'networks') return undefined;
  const own = composeName(workload.id);
  const names = to?.endpointsOf(workload).flatMap((endpoint) => endpoint.names) ?? [];
  const aliases = [...new Set(names)].filter((alias) => alias !== own && (!alias.includes('.') || to?.isCalled(alias)));
  const name = networkName(workload);
  return name === 'default' && aliases.length === 0 ? undefined : { [name]: clean({ aliases }) };
}

export function networkName({ namespace }: Workload): string {
  return namespace === undefined || namespace === 'default' ? 'default' : composeName(namespace);
}

function publishedPorts(workload: Workload, to: ComposeEmission): Json[] {
  const ports = to.endpointsOf(workload).flatMap((endpoint) => endpoint.ports.filter(({ publish }) => publish));
  return ports.map(({ targetPort, protocol, publish }) =>
    clean({
      target: targetPort,
      published: publish && publish.hostPort > 0 ? String(publish.hostPort) : undefined,
      host_ip: publish?.hostIp,
      protocol: protocol === 'tcp' ? undefined : protocol,
      mode: publish?.via === 'host' ? 'host' : undefined,
    }),
  );
}

function emitDeploy(workload: Workload, main: Container): JsonObject {
  const { kind, replicas, cron, rollout } = workload;
  const ends = kind === 'job' || kind === 'cron';
  const mode = kind === 'daemon' ? 'global' : kind === 'job' ? 'replicated-job' : undefined;
  const extension = clean({
    kind: kind === 'stateful' ? 'stateful' : undefined,
    cron:
      cron &&
      clean({
        schedule: cron.schedule,
        'time-zone': cron.timeZone,
        concurrency: cron.concurrency === 'Allow' ? undefined : cron.concurrency,
      }),
    rollout: ends ? undefined : rolloutOf(rollout),
  });
  return clean({
    restart: ends ? undefined : restartOf(workload),
    deploy: clean({
      mode,
      replicas: replicas === 1 || kind === 'daemon' ? undefined : replicas,
      resources: emitResources(main),
      placement: placementOf(workload),
    }),
    'x-stowage': extension,
  });
}

function restartOf({ template, kind }: Workload): string | undefined {
  if (kind === 'job' || kind === 'cron') return 'no';
  return template.restart.condition;
}

function rolloutOf(policy: RolloutPolicy): JsonObject {
  return clean({
    strategy: policy.strategy === 'rolling' ? undefined : policy.strategy,
    'max-surge': policy.maxSurge,
    'max-unavailable': policy.maxUnavailable,
    'min-ready': policy.minReadySeconds > 0 ? `${policy.minReadySeconds}s` : undefined,
    'progress-deadline':
      policy.progressDeadlineSeconds === undefined ? undefined : `${policy.progressDeadlineSeconds}s`,
    'failure-action': policy.failureAction === 'rollback' ? undefined : policy.failureAction,
  });
}

function placementOf({ placement }: Workload): JsonObject {
  const selected = Object.entries(placement.nodeSelector).map(([key, value]) =>
    key === 'kubernetes.io/hostname' ? `node.hostname == ${value}` : `node.labels.${key} == ${value}`,
  );
  return clean({
    constraints: [
      ...placement.constraints.map(({ key, operator, value }) => `${key} ${operator} ${value}`),
      ...selected,
    ],
  });
}

function reportLosses(workload: Workload, to: ComposeEmission): void {
  const { id, placement, stateful, job, template } = workload;
  const rules = [placement.podAffinity, placement.podAntiAffinity].flatMap(({ required, preferred }) => [
    ...required,
    ...preferred,
  ]);
  const node = placement.nodeAffinity;
  to.losses.addIf(
    rules.length > 0 || node.required || node.preferred.length > 0,
    id,
    'its affinities',
    'compose has constraints and preferences',
  );
  to.losses.addIf(placement.topologySpread.length > 0, id, 'its topology spread', 'compose has preferences');
  to.losses.addIf(placement.tolerations.length > 0, id, 'its tolerations', 'write them under x-stowage');
  to.losses.addIf(stateful?.partition, id, 'its partition', 'compose updates all replicas');
  to.losses.addIf(
    job && (job.deadlineSeconds ?? job.ttlSecondsAfterFinished),
    id,
    'deadline and clean-up of its job',
    'compose has none',
  );
  to.losses.addIf(
    template.shareProcessNamespace,
    id,
    'that its containers share processes',
    'compose shares them one to one',
  );
  to.losses.addIf(template.pullSecrets.length > 0, id, 'its pull secrets', 'compose uses the logins of docker login');
  const moved = to
    .endpointsOf(workload)
    .flatMap(({ name, ports, headless }) =>
      headless ? [] : ports.filter((p) => p.port !== p.targetPort).map((p) => ({ name, ...p })),
    );
  for (const { name, port, targetPort } of moved) {
    to.losses.add(id, `${name}:${port}`, 'names lead to the containers themselves', `call ${name}:${targetPort}`);
  }
}
