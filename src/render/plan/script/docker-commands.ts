import { canonicalJson } from '../../../model/canonical.ts';
import { LABEL } from '../../../model/labels.ts';
import type { Plan } from '../../../model/plan.ts';
import type { ContainerSpec, SpecFile } from '../../../model/spec.ts';
import { sha256Hex, specHash, specText } from '../../../model/spec-hash.ts';
import type { NetworkSpec, ReplicaRef, Step, VolumeSpec } from '../../../model/step.ts';
import { addressFlags, createFlags, pairs, resourceFlags, restartText, type Word } from './create-flags.ts';

export type { Word } from './create-flags.ts';

/** The docker commands that do what a step does; none for a step that docker has no command for. */
export function dockerCommands(plan: Plan, step: Step): Word[][] {
  const on = (...words: Word[]): Word[] => [{ raw: 'on' }, step.host, ...words];
  switch (step.kind) {
    case 'swarm.init':
      return [on('swarm', 'init', '--advertise-addr', step.advertiseAddress)];
    case 'swarm.join':
      return [joinCommand(step, on)];
    case 'image.pull':
      return [on('pull', ...(step.platform ? ['--platform', step.platform] : []), reference(step.image, step.digest))];
    case 'image.remove':
      return [on('image', 'rm', step.image)];
    case 'network.create':
      return [on('network', 'create', ...networkFlags(plan, step.network), step.network.name)];
    case 'network.remove':
      return [on('network', 'rm', step.network)];
    case 'network.connect':
      return [on('network', 'connect', ...step.aliases.flatMap((a) => ['--alias', a]), step.network, step.container)];
    case 'network.disconnect':
      return [on('network', 'disconnect', step.network, step.container)];
    case 'volume.create':
      return [on('volume', 'create', ...volumeFlags(plan, step.volume), step.volume.name)];
    case 'volume.remove':
      return [on('volume', 'rm', step.volume)];
    case 'container.create':
      return createCommands(plan, step, on);
    case 'container.start':
      return [on('start', step.container)];
    case 'container.stop':
      return [on('stop', '--time', String(step.graceSeconds), step.container)];
    case 'container.remove':
      return [on('rm', ...(step.destructive ? ['--volumes'] : []), step.container)];
    case 'container.rename':
      return [on('rename', step.container, step.to)];
    case 'container.signal':
      return [on('kill', '--signal', step.signal, step.container)];
    case 'container.files':
      return step.spec.files.map((file) => putCommand(step.host, step.container, file));
    case 'container.update':
      return [on('update', ...resourceFlags(step.resources), '--restart', restartText(step.restart), step.container)];
    case 'health.wait':
      return [[{ raw: 'wait_for' }, step.host, step.container, awaited(step), String(step.timeoutSeconds)]];
    case 'hook.exec':
      return [on('exec', step.container, ...step.command)];
    case 'rollout.delay':
      return [[{ raw: 'sleep' }, String(Math.ceil(step.milliseconds / 1000))]];
    default:
      return [];
  }
}

function joinCommand(step: Step<'swarm.join'>, on: (...words: Word[]) => Word[]): Word[] {
  return on(
    'swarm',
    'join',
    '--advertise-addr',
    step.advertiseAddress,
    '--token',
    { raw: `"$(on ${step.via} swarm join-token --quiet ${step.role})"` },
    { raw: `"$(on ${step.via} info --format '{{.Swarm.NodeAddr}}'):2377"` },
  );
}

function awaited(step: Step<'health.wait'>): string {
  if (step.until.type === 'completed') return 'completed';
  return step.until.type === 'healthy' ? 'healthy' : 'running';
}

function reference(image: string, digest: string | undefined): string {
  return digest === undefined || image.includes('@') ? image : `${image}@${digest}`;
}

/** The labels by which a network or volume is known again. */
function resourceLabels(plan: Plan, spec: NetworkSpec | VolumeSpec): string[] {
  return pairs('--label', {
    ...spec.labels,
    [LABEL.stack]: plan.stack,
    [LABEL.resource]: spec.resource,
    [LABEL.specHash]: sha256Hex(canonicalJson(spec)),
    [LABEL.spec]: canonicalJson(spec),
  });
}

function volumeFlags(plan: Plan, volume: VolumeSpec): string[] {
  return ['--driver', volume.driver, ...pairs('--opt', volume.driverOptions), ...resourceLabels(plan, volume)];
}

function networkFlags(plan: Plan, network: NetworkSpec): string[] {
  return [
    '--driver',
    network.driver,
    ...(network.internal ? ['--internal'] : []),
    ...(network.attachable ? ['--attachable'] : []),
    ...(network.enableIpv6 ? ['--ipv6'] : []),
    ...(network.ipam.driver === undefined ? [] : ['--ipam-driver', network.ipam.driver]),
    ...pairs('--ipam-opt', network.ipam.options),
    ...network.ipam.config.flatMap((c) => [
      ...(c.subnet ? ['--subnet', c.subnet] : []),
      ...(c.gateway ? ['--gateway', c.gateway] : []),
      ...(c.ipRange ? ['--ip-range', c.ipRange] : []),
      ...pairs('--aux-address', c.auxAddresses ?? {}),
    ]),
    ...pairs('--opt', network.driverOptions),
    ...resourceLabels(plan, network),
  ];
}

function createCommands(plan: Plan, step: Step<'container.create'>, on: (...words: Word[]) => Word[]): Word[][] {
  const { spec, replica } = step;
  const rest = spec.network.mode === 'networks' ? spec.network.attachments.slice(1) : [];
  const create = on(
    'create',
    ...createFlags(spec),
    ...pairs('--label', { ...spec.labels, ...identity(plan, replica, spec) }),
    reference(spec.image, spec.imageDigest),
    ...(spec.entrypoint ?? []).slice(1),
    ...(spec.command ?? []),
  );
  return [
    create,
    ...rest.map((a) =>
      on(
        'network',
        'connect',
        ...a.aliases.flatMap((alias) => ['--alias', alias]),
        ...addressFlags(a),
        ...pairs('--driver-opt', a.driverOptions ?? {}),
        a.network,
        spec.name,
      ),
    ),
    ...spec.files.map((file) => putCommand(step.host, spec.name, file)),
  ];
}

/** A function of the script: the file of that digest goes into the container, with its owner and mode. */
function putCommand(host: string, container: string, { digest, target, mode, uid, gid }: SpecFile): Word[] {
  return [{ raw: 'put' }, host, container, digest.replace('sha256:', ''), target, mode.toString(8), uid, gid];
}

/** As apply labels it, less the number of a revision, which this is none of. */
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
