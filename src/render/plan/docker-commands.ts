import { LABEL } from '../../model/labels.ts';
import type { Plan } from '../../model/plan.ts';
import type { ContainerSpec, SpecMount } from '../../model/spec.ts';
import { specHash, specText } from '../../model/spec-hash.ts';
import type { ReplicaRef, Step } from '../../model/step.ts';

/** A word of a command: text to be quoted, or shell as it stands. */
export type Word = string | { readonly raw: string };

/** The docker commands that do what a step does; a step that is no call to an engine is a comment. */
export function dockerCommands(plan: Plan, step: Step): Word[][] {
  const on = (...words: Word[]): Word[] => [{ raw: 'on' }, step.host, ...words];
  switch (step.kind) {
    case 'swarm.init':
      return [on('swarm', 'init', '--advertise-addr', step.advertiseAddress)];
    case 'swarm.join':
      return [
        on(
          'swarm',
          'join',
          '--advertise-addr',
          step.advertiseAddress,
          '--token',
          { raw: `"$(on ${step.via} swarm join-token --quiet ${step.role})"` },
          {
            raw: `"$(on ${step.via} info --format '{{.Swarm.NodeAddr}}'):2377"`,
          },
        ),
      ];
    case 'image.pull':
      return [on('pull', ...(step.platform ? ['--platform', step.platform] : []), reference(step.image, step.digest))];
    case 'image.remove':
      return [on('image', 'rm', step.image)];
    case 'network.create':
      return [on('network', 'create', ...networkFlags(plan, step), step.network.name)];
    case 'network.remove':
      return [on('network', 'rm', step.network)];
    case 'network.connect':
      return [on('network', 'connect', ...step.aliases.flatMap((a) => ['--alias', a]), step.network, step.container)];
    case 'network.disconnect':
      return [on('network', 'disconnect', step.network, step.container)];
    case 'volume.create':
      return [
        on(
          'volume',
          'create',
          '--driver',
          step.volume.driver,
          ...pairs('--opt', step.volume.driverOptions),
          ...pairs('--label', {
            ...step.volume.labels,
            [LABEL.stack]: plan.stack,
            [LABEL.resource]: step.volume.resource,
          }),
          step.volume.name,
        ),
      ];
    case 'volume.remove':
      return [on('volume', 'rm', step.volume)];
    case 'container.adopt':
    case 'network.adopt':
    case 'volume.adopt':
      return [[{ raw: `: '${step.kind} leaves a note on the host; stowage import does it'` }]];
    case 'container.create':
      return createCommands(plan, step, on);
    case 'container.start':
      return [on('start', step.container)];
    case 'container.stop':
      return [on('stop', '--time', String(step.graceSeconds), step.container)];
    case 'container.remove':
      return [on('rm', '--volumes', step.container)];
    case 'container.rename':
      return [on('rename', step.container, step.to)];
    case 'container.signal':
      return [on('kill', '--signal', step.signal, step.container)];
    case 'container.update':
      return [on('update', ...resourceFlags(step.spec), '--restart', restartText(step.restart), step.container)];
    case 'health.wait':
      return [[{ raw: 'wait_for' }, step.host, step.container, awaited(step), String(step.timeoutSeconds)]];
    case 'hook.exec':
      return [on('exec', step.container, ...step.command)];
    case 'rollout.delay':
      return [[{ raw: 'sleep' }, String(Math.ceil(step.milliseconds / 1000))]];
    default:
      return [[{ raw: `: '${step.kind} has no docker command; stowage apply does it'` }]];
  }
}

function awaited(step: Step<'health.wait'>): string {
  if (step.until.type === 'completed') return 'exited';
  return step.until.type === 'healthy' ? 'healthy' : 'running';
}

function reference(image: string, digest: string | undefined): string {
  return digest === undefined || image.includes('@') ? image : `${image}@${digest}`;
}

function pairs(flag: string, map: Readonly<Record<string, string>>): string[] {
  return Object.keys(map)
    .sort()
    .flatMap((key) => [flag, `${key}=${map[key]}`]);
}

function networkFlags(plan: Plan, { network: n }: Step<'network.create'>): string[] {
  return [
    '--driver',
    n.driver,
    ...(n.internal ? ['--internal'] : []),
    ...(n.attachable && n.driver === 'overlay' ? ['--attachable'] : []),
    ...(n.enableIpv6 ? ['--ipv6'] : []),
    ...n.ipam.config.flatMap((c) => [
      ...(c.subnet ? ['--subnet', c.subnet] : []),
      ...(c.gateway ? ['--gateway', c.gateway] : []),
      ...(c.ipRange ? ['--ip-range', c.ipRange] : []),
    ]),
    ...pairs('--opt', n.driverOptions),
    ...pairs('--label', { ...n.labels, [LABEL.stack]: plan.stack, [LABEL.resource]: n.resource }),
  ];
}

function createCommands(plan: Plan, step: Step<'container.create'>, on: (...words: Word[]) => Word[]): Word[][] {
  const { spec, replica } = step;
  const rest = spec.network.mode === 'networks' ? spec.network.attachments.slice(1) : [];
  const create = on(
    'create',
    '--name',
    spec.name,
    ...createFlags(spec),
    ...pairs('--label', { ...spec.labels, ...identity(plan, replica, spec) }),
    reference(spec.image, spec.imageDigest),
    ...(spec.command ?? []),
  );
  return [
    create,
    ...rest.map((a) =>
      on('network', 'connect', ...a.aliases.flatMap((alias) => ['--alias', alias]), a.network, spec.name),
    ),
    ...spec.files.map((f) =>
      on('cp', { raw: `"$STOWAGE_FILES/${f.digest.replace('sha256:', '')}"` }, `${spec.name}:${f.target}`),
    ),
  ];
}

function identity(plan: Plan, replica: ReplicaRef, spec: ContainerSpec): Record<string, string> {
  return {
    [LABEL.stack]: plan.stack,
    [LABEL.workload]: replica.workload,
    [LABEL.ordinal]: String(replica.ordinal),
    [LABEL.container]: replica.container,
    [LABEL.role]: replica.role,
    [LABEL.pod]: replica.pod,
    [LABEL.specHash]: specHash(spec),
    [LABEL.spec]: specText(spec),
  };
}

function createFlags(spec: ContainerSpec): Word[] {
  const one = (flag: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [flag, String(value)];
  const many = (flag: string, values: readonly string[] | undefined): string[] =>
    (values ?? []).flatMap((v) => [flag, v]);
  return [
    ...one('--platform', spec.platform),
    ...one('--hostname', spec.hostname),
    ...one('--user', spec.user),
    ...one('--workdir', spec.workingDir),
    ...(spec.entrypoint === undefined ? [] : ['--entrypoint', spec.entrypoint.join(' ')]),
    ...environment(spec),
    ...networkWords(spec),
    ...spec.ports.flatMap((p) => [
      '--publish',
      `${p.hostIp ? `${p.hostIp}:` : ''}${p.hostPort || ''}:${p.containerPort}/${p.protocol}`,
    ]),
    ...spec.mounts.flatMap(mountWords),
    ...many('--add-host', spec.extraHosts),
    ...many('--dns', spec.dns?.servers),
    ...many('--group-add', spec.groupAdd),
    ...many('--cap-add', spec.capAdd),
    ...many('--cap-drop', spec.capDrop),
    ...many('--security-opt', spec.securityOptions),
    ...(spec.devices ?? []).flatMap((d) => ['--device', `${d.source}:${d.target}:${d.permissions}`]),
    ...(spec.ulimits ?? []).flatMap((u) => ['--ulimit', `${u.name}=${u.soft}:${u.hard}`]),
    ...pairs('--sysctl', spec.sysctls ?? {}),
    ...(spec.init ? ['--init'] : []),
    ...(spec.tty ? ['--tty'] : []),
    ...(spec.stdinOpen ? ['--interactive'] : []),
    ...(spec.readOnlyRoot ? ['--read-only'] : []),
    ...(spec.privileged ? ['--privileged'] : []),
    ...one('--stop-signal', spec.stopSignal),
    ...one('--stop-timeout', spec.stopGraceSeconds),
    ...one('--runtime', spec.runtime),
    ...one('--pid', spec.pid),
    ...one('--ipc', spec.ipc),
    ...one('--shm-size', spec.shmSizeBytes),
    ...healthFlags(spec),
    ...(spec.logging ? ['--log-driver', spec.logging.driver, ...pairs('--log-opt', spec.logging.options)] : []),
    ...resourceFlags(spec),
    '--restart',
    restartText(spec.restart),
  ];
}

/** A secret value is read from its file when the script runs. */
function environment(spec: ContainerSpec): Word[] {
  return Object.keys(spec.env)
    .sort()
    .flatMap((name): Word[] => {
      const value = spec.env[name] ?? { value: '' };
      if ('value' in value) return ['--env', `${name}=${value.value}`];
      return ['--env', { raw: `"${name}=$(cat "$STOWAGE_FILES/${value.digest.replace('sha256:', '')}")"` }];
    });
}

function networkWords({ network }: ContainerSpec): string[] {
  if (network.mode === 'container') return ['--network', `container:${network.container}`];
  if (network.mode !== 'networks') return ['--network', network.mode];
  const [first] = network.attachments;
  if (first === undefined) return [];
  return [
    '--network',
    first.network,
    ...first.aliases.flatMap((a) => ['--network-alias', a]),
    ...(first.ipv4Address ? ['--ip', first.ipv4Address] : []),
    ...(first.macAddress ? ['--mac-address', first.macAddress] : []),
  ];
}

function mountWords(mount: SpecMount): string[] {
  const readOnly = mount.readOnly ? ',readonly' : '';
  switch (mount.type) {
    case 'volume':
      return [
        '--mount',
        `type=volume${mount.volume ? `,source=${mount.volume}` : ''},target=${mount.target}${readOnly}`,
      ];
    case 'bind':
      return mount.createHostPath
        ? ['--volume', `${mount.source}:${mount.target}${mount.readOnly ? ':ro' : ''}`]
        : ['--mount', `type=bind,source=${mount.source},target=${mount.target}${readOnly}`];
    case 'tmpfs':
      return ['--mount', `type=tmpfs,target=${mount.target}${mount.sizeBytes ? `,tmpfs-size=${mount.sizeBytes}` : ''}`];
    case 'volumes-from':
      return ['--volumes-from', mount.container];
    default:
      return ['--mount', `type=${mount.type},target=${mount.target}${readOnly}`];
  }
}

function healthFlags({ health }: ContainerSpec): string[] {
  if (health === undefined) return [];
  const [kind, ...test] = health.test ?? [];
  if (kind === 'NONE') return ['--no-healthcheck'];
  const ms = (flag: string, value: number | undefined) => (value === undefined ? [] : [flag, `${value}ms`]);
  return [
    ...(test.length === 0 ? [] : ['--health-cmd', test.join(' ')]),
    ...ms('--health-interval', health.intervalMs),
    ...ms('--health-timeout', health.timeoutMs),
    ...ms('--health-start-period', health.startPeriodMs),
    ...(health.retries === undefined ? [] : ['--health-retries', String(health.retries)]),
  ];
}

function resourceFlags({ resources: r }: ContainerSpec): string[] {
  const flags: [string, number | string | undefined][] = [
    ['--cpus', r.nanoCpus === undefined ? undefined : r.nanoCpus / 1e9],
    ['--memory', r.memoryBytes],
    ['--memory-reservation', r.memoryReservationBytes],
    ['--memory-swap', r.memorySwapBytes],
    ['--cpu-shares', r.cpuShares],
    ['--cpuset-cpus', r.cpuSet],
    ['--pids-limit', r.pids],
  ];
  return flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
}

function restartText({ name, maxAttempts }: ContainerSpec['restart']): string {
  return maxAttempts === undefined ? name : `${name}:${maxAttempts}`;
}
