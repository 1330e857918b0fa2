import type { Container, EnvVar, FileMount, Mount, Probe, Workload } from '../../../../model/desired.ts';
import { expandReferences } from '../../../../model/kubernetes/expand.ts';
import type { Json, JsonObject } from '../../json.ts';
import { bytesText } from '../bytes-text.ts';
import { clean } from '../json.ts';
import { type ComposeEmission, composeName, escapeCompose } from './context.ts';

/** Keys of a service that come from its container. */
export function emitServiceContainer(container: Container, workload: Workload, to: ComposeEmission): JsonObject {
  const { configs, secrets, env } = emitInputs(container, workload, to);
  return clean({
    image: container.image,
    pull_policy:
      container.pullPolicy === 'always' || container.pullPolicy === 'never' ? container.pullPolicy : undefined,
    entrypoint: words(container.entrypoint, container, workload, to),
    command: words(container.command, container, workload, to),
    working_dir: container.workingDir,
    user: container.user,
    group_add: [...container.groupAdd],
    environment: env,
    volumes: container.mounts.flatMap((mount) => emitMount(mount, workload, to)),
    configs,
    secrets,
    healthcheck: emitHealth(container, workload, to),
    read_only: container.readOnlyRoot || undefined,
    privileged: container.privileged || undefined,
    cap_add: [...container.capAdd],
    cap_drop: [...container.capDrop],
    security_opt: [...container.securityOptions],
    tty: container.tty || undefined,
    stdin_open: container.stdinOpen || undefined,
    ...emitHooks(container, workload, to),
  });
}

function words(
  texts: readonly string[] | undefined,
  container: Container,
  { id }: Workload,
  to: ComposeEmission,
): Json | undefined {
  if (!texts) return undefined;
  if (container.expandPerReplica)
    to.losses.addIf(
      texts.some((text) => /\$\(\w/.test(text)),
      id,
      '$(NAME) in its command',
      'compose has no fields of pods',
      'let a shell in the container read the variable',
    );
  return texts.map((text) =>
    escapeCompose(container.expandPerReplica ? expandReferences(text, () => undefined) : text),
  );
}

interface Inputs {
  readonly env: JsonObject;
  readonly configs: Json[];
  readonly secrets: Json[];
}

function emitInputs(container: Container, workload: Workload, to: ComposeEmission): Inputs {
  const env: JsonObject = {};
  for (const entry of container.env) {
    if (to.isServiceLink(entry.name)) continue;
    const value = emitEnv(entry, workload, to);
    if (value !== undefined) env[entry.name] = value;
  }
  const mounted = (kind: 'config' | 'secret') =>
    container.files.flatMap((file) =>
      'payload' in file.source && file.source.payload.kind === kind ? [emitFile(file, to)] : [],
    );
  const fields = container.files.filter((file) => !('payload' in file.source));
  for (const { target } of fields) to.losses.add(workload.id, `the file ${target}`, 'compose has no fields of pods');
  return { env, configs: mounted('config'), secrets: mounted('secret') };
}

function emitEnv(entry: EnvVar, { id }: Workload, to: ComposeEmission): string | undefined {
  if ('value' in entry) return escapeCompose(entry.value);
  if ('field' in entry || 'resource' in entry) {
    to.losses.add(id, `the variable ${entry.name}`, 'compose has no fields of pods');
    return undefined;
  }
  if ('payload' in entry && entry.payload.kind === 'config') {
    to.losses.add(id, `the variable ${entry.name}`, 'compose takes no variables from configs');
    return undefined;
  }
  to.losses.add(id, `the value of ${entry.name}`, 'secrets are not printed', `set ${entry.name} where stowage runs`);
  return `\${${entry.name}:?}`;
}

function emitFile({ source, target, uid, gid, mode }: FileMount, to: ComposeEmission): JsonObject {
  const name = 'payload' in source ? to.payload(source.payload) : '';
  return clean({ source: name, target, uid, gid, mode: mode === 0o444 ? undefined : `0${mode.toString(8)}` });
}

function emitMount({ source, target, readOnly }: Mount, workload: Workload, to: ComposeEmission): JsonObject[] {
  const read_only = readOnly || undefined;
  const named = (name: string, subpath: string | undefined) => [
    clean({ type: 'volume', source: name, target, read_only, volume: clean({ subpath, nocopy: true }) }),
  ];
  switch (source.type) {
    case 'volume':
      return named(to.volume(source.volume), source.subpath);
    case 'claim': {
      const claim = workload.stateful?.claims.find(({ name }) => name === source.claim);
      const name = composeName(`${workload.id}-${source.claim}`);
      to.volumes.set(
        name,
        clean({
          driver: claim?.driver === 'local' ? undefined : claim?.driver,
          driver_opts: { ...claim?.driverOptions },
        }),
      );
      to.losses.addIf(
        workload.replicas > 1,
        workload.id,
        `the volume ${source.claim} of each replica`,
        'compose gives all replicas the same one',
      );
      return named(name, source.subpath);
    }
    case 'scratch': {
      const scratch = workload.template.scratch.find(({ name }) => name === source.name);
      const size = scratch?.sizeBytes;
      const isShared = workload.template.containers.length + workload.template.initContainers.length > 1;
      if (!isShared && scratch?.medium === 'memory') return [clean({ type: 'tmpfs', target, tmpfs: clean({ size }) })];
      if (!isShared) return [{ type: 'volume', target }];
      const name = composeName(`${workload.id}-${source.name}`);
      const options = clean({ type: 'tmpfs', device: 'tmpfs', o: size === undefined ? undefined : `size=${size}` });
      to.volumes.set(name, scratch?.medium === 'memory' ? { driver_opts: options } : {});
      to.losses.add(workload.id, `that ${source.name} goes with the pod`, 'a named volume stays');
      return named(name, source.subpath);
    }
    case 'bind':
      return [
        clean({
          type: 'bind',
          source: source.path,
          target,
          read_only,
          bind: clean({ create_host_path: source.createHostPath ? undefined : false, propagation: source.propagation }),
        }),
      ];
    case 'tmpfs':
      return [clean({ type: 'tmpfs', target, tmpfs: clean({ size: source.sizeBytes }) })];
    case 'image':
      return [clean({ type: 'image', source: source.image, target, image: clean({ subpath: source.subpath }) })];
    case 'anonymous':
      return [clean({ type: 'volume', target })];
    default:
      return [];
  }
}

/** A probe that runs a command is a health check; others need a program in the image. */
function emitHealth(container: Container, { id }: Workload, to: ComposeEmission): JsonObject | undefined {
  const { readiness, liveness, startup } = container.probes;
  const probe = readiness ?? liveness;
  if (!probe) return undefined;
  to.losses.addIf(
    readiness && liveness,
    id,
    'its livenessProbe',
    'compose has one health check',
    'the readinessProbe is kept',
  );
  const test = testOf(probe, id, to);
  if (!test) return undefined;
  const start = startup ? startup.periodSeconds * startup.failureThreshold : probe.initialDelaySeconds;
  return clean({
    test,
    interval: `${probe.periodSeconds}s`,
    timeout: `${probe.timeoutSeconds}s`,
    retries: probe.failureThreshold,
    start_period: start > 0 ? `${start}s` : undefined,
  });
}

function testOf({ action }: Probe, where: string, to: ComposeEmission): Json[] | undefined {
  if (action.type === 'exec') return ['CMD', ...action.command.map(escapeCompose)];
  if (action.type === 'http' && action.scheme === 'http' && !action.host) {
    to.losses.add(
      where,
      'that the probe comes from outside the container',
      'a health check is a command in it',
      'the image needs wget',
    );
    return ['CMD', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${action.port}${action.path}`];
  }
  to.losses.add(
    where,
    `its ${action.type} probe`,
    'a health check is a command in the container',
    'write a healthcheck',
  );
  return undefined;
}

function emitHooks({ hooks }: Container, { id }: Workload, to: ComposeEmission): JsonObject {
  const commands = (list: Container['hooks']['preStop']) =>
    (list ?? []).flatMap((hook) => (hook.type === 'exec' ? [{ command: hook.command.map(escapeCompose) }] : []));
  const all = [...(hooks.postStart ?? []), ...(hooks.preStop ?? [])];
  to.losses.addIf(
    all.some(({ type }) => type !== 'exec'),
    id,
    'hooks that are no command',
    'compose runs commands only',
  );
  return clean({ post_start: commands(hooks.postStart), pre_stop: commands(hooks.preStop) });
}

/** Requests and limits under `deploy.resources`. */
export function emitResources({ resources, deviceRequests }: Container): JsonObject {
  const amounts = ({ cpus, memoryBytes }: Container['resources']['limits']) =>
    clean({
      cpus: cpus === undefined ? undefined : String(cpus),
      memory: memoryBytes === undefined ? undefined : bytesText(memoryBytes).replace(/i$/, '').toLowerCase(),
    });
  const devices = deviceRequests.map(({ driver, count, capabilities }) =>
    clean({ driver, count, capabilities: [...capabilities] }),
  );
  return clean({
    limits: amounts(resources.limits),
    reservations: clean({ ...amounts(resources.reservations), devices }),
  });
}
