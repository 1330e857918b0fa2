import { emptyEntry, withConfig, withoutServers, withServers } from '../../src/executors/gateway/slots.ts';
import { canonicalJson } from '../../src/model/canonical.ts';
import { GATEWAY_NAME, type GatewayEntry, gatewayNote, readGatewayNotes } from '../../src/model/gateway.ts';
import { LABEL } from '../../src/model/labels.ts';
import type { LiveContainer, LiveHost, LiveState } from '../../src/model/live.ts';
import { specHash } from '../../src/model/spec-hash.ts';
import type { Step } from '../../src/model/step.ts';

/** The live state after all steps have run well: what the next plan is made from. */
export function simulate(live: LiveState, steps: readonly Step[], stack = 'shop'): LiveState {
  const hosts = new Map(live.hosts.map((h) => [h.name, h]));
  for (const step of steps) {
    const host = hosts.get(step.host);
    if (host === undefined) throw new Error(`step ${step.id} is on ${step.host}, which is no host of the run`);
    hosts.set(step.host, after(step, host, stack));
  }
  return { hosts: [...hosts.values()], unreadable: [] };
}

function after(step: Step, host: LiveHost, stack: string): LiveHost {
  switch (step.kind) {
    case 'swarm.init':
    case 'swarm.join': {
      const isManager = step.kind === 'swarm.init' || step.role === 'manager';
      return { ...host, engine: { ...host.engine, swarm: { state: 'active', isManager } } };
    }
    case 'image.pull':
      return {
        ...host,
        images: [...host.images, { id: step.digest ?? step.image, tags: [step.image], digests: [], sizeBytes: 1 }],
      };
    case 'network.create': {
      const { name, driver, labels, internal, attachable, enableIpv6, driverOptions } = step.network;
      const ours = {
        ...labels,
        [LABEL.stack]: stack,
        [LABEL.resource]: step.network.resource,
        [LABEL.spec]: canonicalJson(step.network),
      };
      const scope = driver === 'overlay' ? 'swarm' : 'local';
      const network = {
        id: name,
        name,
        driver,
        scope,
        internal,
        attachable,
        enableIpv6,
        labels: ours,
        options: driverOptions,
        subnets: step.keepsSpare ? [{ subnet: '10.9.0.0/24', ipRange: '10.9.0.0/25' }] : [],
      };
      return { ...host, networks: [...host.networks, network] };
    }
    case 'network.remove':
      return { ...host, networks: host.networks.filter((n) => n.name !== step.network) };
    case 'volume.create': {
      const { name, driver, labels, driverOptions, resource } = step.volume;
      const ours = { ...labels, [LABEL.stack]: stack, [LABEL.resource]: resource, [LABEL.specHash]: 'x' };
      return { ...host, volumes: [...host.volumes, { name, driver, labels: ours, options: driverOptions }] };
    }
    case 'volume.remove':
      return { ...host, volumes: host.volumes.filter((v) => v.name !== step.volume) };
    case 'container.create':
      return { ...host, containers: [...host.containers, created(step, stack, host.containers.length)] };
    case 'container.start':
      return changed(host, step.container, { state: 'running' });
    case 'container.stop':
      return changed(host, step.container, { state: 'exited', exitCode: 0 });
    case 'container.remove':
      return { ...host, containers: host.containers.filter((c) => c.name !== step.container) };
    case 'network.connect':
      return changed(host, step.container, {
        networks: [...networksOf(host, step.container, step.network), { name: step.network, id: step.network }],
      });
    case 'names.give':
      return changed(host, step.container, { unnamed: undefined });
    case 'names.take':
      return changed(host, step.container, { unnamed: true });
    case 'network.disconnect':
      return changed(host, step.container, { networks: networksOf(host, step.container, step.network) });
    case 'container.update': {
      return changed(host, step.container, { spec: step.spec });
    }
    case 'gateway.ensure': {
      const others = host.containers.filter((c) => c.name !== GATEWAY_NAME);
      return { ...host, containers: [...others, gateway(step.image)] };
    }
    case 'gateway.configure':
      return withEntry(host, stack, (entry) => withConfig(entry, step.config));
    case 'gateway.switch':
      return withEntry(host, stack, (entry) => withServers(entry, step.servers, new Map()));
    case 'gateway.drain':
      return withEntry(host, stack, (entry) => withoutServers(entry, step.servers));
    default:
      return host;
  }
}

/** Changes what the stack has in the host's gateway, as the note on the host says. */
function withEntry(host: LiveHost, stack: string, change: (entry: GatewayEntry) => GatewayEntry): LiveHost {
  const noted = readGatewayNotes(host.volumes).get(stack);
  const entry = change(noted?.entry ?? emptyEntry(stack));
  const volumes = host.volumes.filter((v) => !noted?.notes.includes(v.name));
  const note = { ...gatewayNote(entry, (noted?.sequence ?? 0) + 1), driver: 'local', options: {} };
  return { ...host, volumes: entry.config.listeners.length > 0 ? [...volumes, note] : volumes };
}

function gateway(image: string): LiveContainer {
  const head = { id: 'gateway', name: GATEWAY_NAME, labels: { [LABEL.role]: 'gateway' }, image, imageId: image };
  const state = { state: 'running', health: 'none', createdAt: 0, status: 'Up', networkMode: 'host' } as const;
  return { ...head, ...state, ports: [], networks: [], mounts: [] };
}

function changed(host: LiveHost, name: string, change: Partial<LiveContainer>): LiveHost {
  if (!host.containers.some((c) => c.name === name)) throw new Error(`${host.name} has no container ${name}`);
  return { ...host, containers: host.containers.map((c) => (c.name === name ? { ...c, ...change } : c)) };
}

/** Networks of a container but one. */
function networksOf(host: LiveHost, container: string, without: string): LiveContainer['networks'] {
  return (host.containers.find((c) => c.name === container)?.networks ?? []).filter((n) => n.name !== without);
}

/** In the network of `network.create`, whose upper half is spare. */
function heldAt({ held = [] }: Step<'container.create'>, network: string): { fixedIp?: string } {
  const found = held.find((h) => h.network === network);
  if (found === undefined) return {};
  return { fixedIp: found.address ?? `10.9.0.${128 + (found.slot ?? 0)}` };
}

function created(step: Step<'container.create'>, stack: string, index: number): LiveContainer {
  const { spec, replica } = step;
  return {
    id: `id-${spec.name}`,
    name: spec.name,
    labels: {
      ...spec.labels,
      [LABEL.stack]: stack,
      [LABEL.workload]: replica.workload,
      [LABEL.ordinal]: String(replica.ordinal),
      [LABEL.container]: replica.container,
      [LABEL.role]: replica.role,
      [LABEL.pod]: replica.pod,
      [LABEL.specHash]: specHash(spec),
    },
    image: spec.image,
    imageId: spec.imageDigest ?? spec.image,
    state: 'created',
    health: 'none',
    createdAt: index,
    status: 'Created',
    ports: spec.ports.map((p) => ({ hostPort: p.hostPort, containerPort: p.containerPort, protocol: p.protocol })),
    networks:
      spec.network.mode === 'networks'
        ? spec.network.attachments.map((a) => ({ name: a.network, id: a.network, ...heldAt(step, a.network) }))
        : [],
    mounts: spec.mounts.flatMap((m) =>
      m.type === 'volume' ? [{ type: m.type, name: m.volume, target: m.target, readOnly: m.readOnly }] : [],
    ),
    networkMode: 'default',
    spec,
    ...(step.held && { unnamed: true }),
  };
}
