import { GATEWAY_NAME } from '../../../model/gateway.ts';
import { IDENTITY_LABELS } from '../../../model/labels.ts';
import type { ContainerSpec, SpecNetwork, SpecPort } from '../../../model/spec.ts';
import type { ConfigAnswer, ContainerInspect, EndpointAnswer, HostConfigAnswer } from './engine-types.ts';
import { healthCheck } from './health.ts';
import { specMounts } from './mounts.ts';
import type { NameOf } from './name-of.ts';
import { specResources } from './resources.ts';

/** Labels that say whose a container is; they are no part of its specification. */
const DEFAULT_SHM_BYTES = 64 * 1024 * 1024;

/**
 * The reverse of `createOptions`: what a container is, in the words of a specification, less what its image gives and
 * what an engine fills in by itself. Files put into it are not seen. Environment values are in the clear.
 */
export function specFromInspect(inspect: ContainerInspect, image: ConfigAnswer, nameOf: NameOf): ContainerSpec {
  const { Config, HostConfig } = inspect;
  return dropAbsent({
    name: inspect.Name.replace(/^\//, ''),
    ...imageAndDigest(Config.Image ?? inspect.Image),
    ...commandLine(Config, image),
    env: environment(Config, image),
    labels: ownLabels(Config, image),
    workingDir: unless(Config.WorkingDir, image.WorkingDir),
    user: unless(Config.User, image.User),
    ...hostNames(inspect),
    dns: dns(HostConfig),
    extraHosts: list(HostConfig.ExtraHosts?.map((line) => line.replace('=', ':'))),
    network: network(inspect, nameOf),
    ports: ports(HostConfig),
    exposed: exposed(inspect, image),
    mounts: specMounts(inspect, image, nameOf),
    files: [],
    health: healthCheck(Config.Healthcheck, image.Healthcheck),
    restart: restart(HostConfig),
    stopSignal: unless(Config.StopSignal, image.StopSignal || 'SIGTERM'),
    stopGraceSeconds: Config.StopTimeout ?? undefined,
    init: HostConfig.Init || undefined,
    tty: Config.Tty || undefined,
    stdinOpen: Config.OpenStdin || undefined,
    readOnlyRoot: HostConfig.ReadonlyRootfs || undefined,
    privileged: HostConfig.Privileged || undefined,
    ...privileges(HostConfig),
    ...isolation(HostConfig, nameOf),
    logging: logging(HostConfig),
    sysctls: map(HostConfig.Sysctls),
    shmSizeBytes: HostConfig.ShmSize === DEFAULT_SHM_BYTES ? undefined : HostConfig.ShmSize || undefined,
    storageOptions: map(HostConfig.StorageOpt),
    oomScoreAdj: HostConfig.OomScoreAdj || undefined,
    oomKillDisable: HostConfig.OomKillDisable || undefined,
    resources: specResources(HostConfig),
  });
}

/** `repository@sha256:…` is taken apart; an id or a tag has no digest. */
function imageAndDigest(reference: string): { image: string; imageDigest?: string } {
  const [image = reference, imageDigest] = reference.split('@', 2);
  return imageDigest === undefined ? { image } : { image, imageDigest };
}

/** An entrypoint of its own resets the image's command, so both are judged together. */
function commandLine(config: ConfigAnswer, image: ConfigAnswer) {
  const entrypoint = config.Entrypoint ?? [];
  const command = config.Cmd ?? [];
  if (!sameList(entrypoint, image.Entrypoint ?? [])) {
    return { entrypoint, command: command.length > 0 ? command : undefined };
  }
  return { command: sameList(command, image.Cmd ?? []) ? undefined : command };
}

function environment(config: ConfigAnswer, image: ConfigAnswer): ContainerSpec['env'] {
  const inherited = new Set(image.Env ?? []);
  const own = (config.Env ?? []).filter((line) => !inherited.has(line) && line.includes('='));
  return Object.fromEntries(own.map((line) => splitAt(line, '=')).map(([name, value]) => [name, { value }]));
}

function ownLabels(config: ConfigAnswer, image: ConfigAnswer): Record<string, string> {
  const inherited = image.Labels ?? {};
  const own = ([name, value]: [string, string]) => inherited[name] !== value && !IDENTITY_LABELS.has(name);
  return Object.fromEntries(Object.entries(config.Labels ?? {}).filter(own));
}

/** The engine names a container after its id, or after the namespace it shares. */
function hostNames({ Id, Config, HostConfig }: ContainerInspect) {
  const mode = HostConfig.NetworkMode ?? '';
  const isShared = mode === 'host' || mode.startsWith('container:') || HostConfig.UTSMode === 'host';
  const isGiven = !isShared && Config.Hostname !== '' && Config.Hostname !== Id.slice(0, 12);
  return {
    hostname: isGiven ? Config.Hostname : undefined,
    domainname: isShared ? undefined : Config.Domainname || undefined,
  };
}

function dns({ Dns, DnsSearch, DnsOptions }: HostConfigAnswer): ContainerSpec['dns'] {
  const all = { servers: Dns ?? [], search: DnsSearch ?? [], options: DnsOptions ?? [] };
  return Object.values(all).some((values) => values.length > 0) ? all : undefined;
}

function network(inspect: ContainerInspect, nameOf: NameOf): SpecNetwork {
  const mode = inspect.HostConfig.NetworkMode || 'default';
  if (mode === 'host' || mode === 'none') return { mode };
  if (mode.startsWith('container:')) return { mode: 'container', container: nameOf(mode.slice(10)) };
  const first = mode === 'default' ? 'bridge' : mode;
  // The gateway connects what it leads to with a network of its own, which is no part of what was asked for.
  const endpoints = Object.entries(inspect.NetworkSettings?.Networks ?? {}).filter(([name]) => name !== GATEWAY_NAME);
  const rank = (name: string) => `${name === first ? 0 : 1}${name}`;
  const sorted = endpoints.sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
  return { mode: 'networks', attachments: sorted.map(([name, endpoint]) => attachment(name, endpoint, inspect)) };
}

function attachment(name: string, endpoint: EndpointAnswer, { Id, Config, HostConfig }: ContainerInspect) {
  const addresses = endpoint.IPAMConfig ?? {};
  const isFirst = HostConfig.NetworkMode === name;
  // Engines before 25 list the short id and the host name among the aliases once the container has run.
  const added = [Id.slice(0, 12), Config.Hostname];
  return dropAbsent({
    network: name,
    aliases: [...new Set(endpoint.Aliases ?? [])].filter((alias) => !added.includes(alias)).sort(),
    ipv4Address: addresses.IPv4Address || undefined,
    ipv6Address: addresses.IPv6Address || undefined,
    linkLocalIps: list(addresses.LinkLocalIPs),
    macAddress: (isFirst && Config.MacAddress) || undefined,
    gatewayPriority: endpoint.GwPriority || undefined,
    driverOptions: map(endpoint.DriverOpts),
  });
}

function ports({ PortBindings }: HostConfigAnswer): SpecPort[] {
  const all = Object.entries(PortBindings ?? {}).flatMap(([port, bindings]) =>
    (bindings ?? []).map(({ HostIp, HostPort }) => {
      const [containerPort, protocol] = splitAt(port, '/');
      const [from, to] = splitAt(HostPort ?? '', '-');
      return dropAbsent({
        containerPort: Number(containerPort),
        protocol: (protocol || 'tcp') as SpecPort['protocol'],
        hostIp: HostIp || undefined,
        hostPort: Number(from || 0),
        hostPortEnd: to ? Number(to) : undefined,
      });
    }),
  );
  return all.sort((a, b) => a.containerPort - b.containerPort || a.hostPort - b.hostPort);
}

function exposed({ Config, HostConfig }: ContainerInspect, image: ConfigAnswer): string[] | undefined {
  const known = { ...image.ExposedPorts, ...HostConfig.PortBindings };
  return list(
    Object.keys(Config.ExposedPorts ?? {})
      .filter((port) => !(port in known))
      .sort(),
  );
}

function restart({ RestartPolicy }: HostConfigAnswer): ContainerSpec['restart'] {
  const name = (RestartPolicy?.Name || 'no') as ContainerSpec['restart']['name'];
  const maxAttempts = RestartPolicy?.MaximumRetryCount || undefined;
  return dropAbsent({ name, maxAttempts });
}

function privileges(host: HostConfigAnswer) {
  const capability = (name: string) => name.toUpperCase().replace(/^CAP_/, '');
  // The engine adds this by itself where there is nothing to separate.
  const isOpen = host.Privileged || host.IpcMode === 'host' || host.PidMode === 'host';
  const options = (host.SecurityOpt ?? []).filter((option) => !(isOpen && option === 'label=disable'));
  return {
    capAdd: list(host.CapAdd?.map(capability).sort()),
    capDrop: list(host.CapDrop?.map(capability).sort()),
    groupAdd: list(host.GroupAdd),
    securityOptions: list(options),
    devices: list(
      host.Devices?.map((d) => ({
        source: d.PathOnHost,
        target: d.PathInContainer,
        permissions: d.CgroupPermissions || 'rwm',
      })),
    ),
    deviceRequests: list(
      host.DeviceRequests?.map((d) =>
        dropAbsent({
          driver: d.Driver || undefined,
          count: d.Count || undefined,
          deviceIds: list(d.DeviceIDs),
          capabilities: d.Capabilities?.flat() ?? [],
          options: map(d.Options),
        }),
      ),
    ),
    deviceCgroupRules: list(host.DeviceCgroupRules),
    ulimits: list(host.Ulimits?.map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard }))),
  };
}

/** Defaults of these depend on the engine's own settings; the usual ones count as absent. */
function isolation(host: HostConfigAnswer, nameOf: NameOf) {
  const shared = (mode: string | undefined) =>
    mode?.startsWith('container:') ? `container:${nameOf(mode.slice(10))}` : mode || undefined;
  return {
    ipc: host.IpcMode === 'private' || host.IpcMode === 'shareable' ? undefined : shared(host.IpcMode),
    pid: shared(host.PidMode),
    uts: host.UTSMode || undefined,
    usernsMode: host.UsernsMode || undefined,
    cgroup: undefined,
    cgroupParent: host.CgroupParent || undefined,
    isolation: unless(host.Isolation, 'default'),
    runtime: unless(host.Runtime, 'runc'),
  };
}

function logging({ LogConfig }: HostConfigAnswer): ContainerSpec['logging'] {
  const driver = LogConfig?.Type || 'json-file';
  const options = LogConfig?.Config ?? {};
  return driver === 'json-file' && Object.keys(options).length === 0 ? undefined : { driver, options };
}

function unless(value: string | undefined, fallback: string | undefined): string | undefined {
  return !value || value === fallback ? undefined : value;
}

function list<T>(values: readonly T[] | null | undefined): T[] | undefined {
  return values && values.length > 0 ? [...values] : undefined;
}

function map(
  values: Readonly<Record<string, string>> | null | undefined,
): Readonly<Record<string, string>> | undefined {
  return values && Object.keys(values).length > 0 ? values : undefined;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function dropAbsent<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
