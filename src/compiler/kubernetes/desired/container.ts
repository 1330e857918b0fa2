import type { Container as DesiredContainer, EnvVar as DesiredEnv, Protocol } from '../../../model/desired.ts';
import { escapeReferences, expandReferences, expandSome, referencesIn } from '../../../model/kubernetes/expand.ts';
import { isSecretName } from '../../seal.ts';
import type { Container, PodSecurityContext, SecurityContext } from '../api.ts';
import type { FieldPath } from '../path.ts';
import { deviceRequestsOf, resourcesOf } from './amounts.ts';
import type { Conversion } from './context.ts';
import { type Environment, environmentOf } from './env.ts';
import { present } from './ids.ts';
import { hooksOf, probesOf, reportHttpsProbes } from './probes.ts';
import type { PodPlace } from './references.ts';
import { mountsOf, type PodVolumes } from './volumes.ts';

export interface ContainerWork {
  readonly pod: PodPlace;
  readonly security: PodSecurityContext;
  readonly volumes: PodVolumes;
  readonly links: readonly DesiredEnv[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly to: Conversion;
}

const PULL = { Always: 'always', IfNotPresent: 'missing', Never: 'never' } as const;

export function containerOf(
  container: Container,
  path: FieldPath,
  isInit: boolean,
  work: ContainerWork,
): DesiredContainer {
  const { pod, volumes, links, to } = work;
  const environment = environmentOf(container, links, pod, path, to);
  reportHttpsProbes(container, path, pod, to);
  const { mounts, files } = mountsOf(container.volumeMounts ?? [], volumes, environment, pod, path, to);
  return {
    name: container.name ?? '',
    image: container.image ?? '',
    pullPolicy: PULL[container.imagePullPolicy as keyof typeof PULL] ?? 'missing',
    ...commandsOf(container, environment, path, work),
    ...present({ workingDir: container.workingDir }),
    mounts,
    files,
    resources: resourcesOf(container.resources),
    deviceRequests: deviceRequestsOf(container.resources),
    probes: probesOf(container),
    hooks: hooksOf(container),
    labels: {},
    tty: container.tty ?? false,
    stdinOpen: container.stdin ?? false,
    devices: [],
    deviceCgroupRules: [],
    ulimits: [],
    ...securityOf(container, work),
    ...(isInit && container.restartPolicy === 'Always' && { sidecar: true }),
    ports: (container.ports ?? []).map(({ name, containerPort = 0, protocol }) => ({
      port: containerPort,
      protocol: protocolOf(protocol),
      ...present({ name }),
    })),
  };
}

export function protocolOf(protocol: string | undefined): Protocol {
  return protocol === 'UDP' ? 'udp' : protocol === 'SCTP' ? 'sctp' : 'tcp';
}

type Commands = Pick<DesiredContainer, 'entrypoint' | 'command' | 'env' | 'expandPerReplica'>;

/** `$(NAME)` is replaced now where the variable is known now, else by the planner, replica by replica. */
function commandsOf(container: Container, environment: Environment, path: FieldPath, work: ContainerWork): Commands {
  const { command, args } = container;
  const texts = [...(command ?? []), ...(args ?? [])];
  refuseSecrets(texts, environment, path, work);
  const lookup = (name: string) => {
    const known = environment.known.get(name);
    return known && !known.sensitive ? known.text : undefined;
  };
  const later = environment.perReplica.size > 0 && isExpandedLater(texts, environment);
  const expand = (text: string) => (later ? expandSome(text, lookup) : expandReferences(text, lookup));
  return {
    ...present({ entrypoint: command?.map(expand), command: args?.map(expand) }),
    env: later ? environment.entries.map((entry) => escaped(entry, environment)) : environment.entries,
    ...(later && { expandPerReplica: true }),
  };
}

function isExpandedLater(texts: readonly string[], { entries, perReplica }: Environment): boolean {
  const isLater = (text: string) => referencesIn(text).some((name) => perReplica.has(name));
  return texts.some(isLater) || entries.some((entry) => 'value' in entry && perReplica.has(entry.name));
}

/** Values that are sealed later are not looked at again, so they stay as they are. */
function escaped(entry: DesiredEnv, { perReplica }: Environment): DesiredEnv {
  if (!('value' in entry) || perReplica.has(entry.name) || entry.sensitive || isSecretName(entry.name)) return entry;
  return { ...entry, value: escapeReferences(entry.value) };
}

/** A command line is visible to everybody on the host, so no secret is put into it. */
function refuseSecrets(
  texts: readonly string[],
  environment: Environment,
  path: FieldPath,
  { pod, to }: ContainerWork,
): void {
  const names = texts.flatMap(referencesIn).filter((name) => environment.known.get(name)?.sensitive);
  for (const name of new Set(names)) {
    to.findings(pod.object).notHonoured(path, 'secret-in-command', 'a secret is not put into a command line', {
      detail: `$(${name}) stays as written`,
      why: 'command lines are visible to everybody on the host',
      fix: `let a shell read it: sh -c '… "$${name}"'`,
    });
  }
}

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

type Security = Pick<
  DesiredContainer,
  'user' | 'groupAdd' | 'readOnlyRoot' | 'privileged' | 'capAdd' | 'capDrop' | 'securityOptions'
>;

function securityOf(container: Container, { security, annotations }: ContainerWork): Security {
  const own: SecurityContext = container.securityContext ?? {};
  const groups = [
    ...(security.supplementalGroups ?? []),
    ...(security.fsGroup === undefined ? [] : [security.fsGroup]),
  ];
  return {
    ...present({ user: userOf(own, security) }),
    groupAdd: [...new Set(groups.map(String))],
    readOnlyRoot: own.readOnlyRootFilesystem ?? false,
    privileged: own.privileged ?? false,
    capAdd: own.capabilities?.add ?? [],
    capDrop: own.capabilities?.drop ?? [],
    securityOptions: securityOptionsOf(own, security, annotations[`${APPARMOR}${container.name}`]),
  };
}

function userOf(own: SecurityContext, pod: PodSecurityContext): string | undefined {
  const user = own.runAsUser ?? pod.runAsUser;
  const group = own.runAsGroup ?? pod.runAsGroup;
  if (user === undefined) return undefined;
  return group === undefined ? String(user) : `${user}:${group}`;
}

function securityOptionsOf(own: SecurityContext, pod: PodSecurityContext, annotated: string | undefined): string[] {
  const seccomp = own.seccompProfile ?? pod.seccompProfile;
  const selinux = { ...pod.seLinuxOptions, ...own.seLinuxOptions };
  const apparmor = annotated?.replace(/^localhost\//, '');
  return [
    ...(own.allowPrivilegeEscalation === false ? ['no-new-privileges:true'] : []),
    ...(seccomp?.type === 'Unconfined' ? ['seccomp=unconfined'] : []),
    ...(apparmor && apparmor !== 'runtime/default' ? [`apparmor=${apparmor}`] : []),
    ...(['user', 'role', 'type', 'level'] as const).flatMap((part) =>
      selinux[part] ? [`label=${part}:${selinux[part]}`] : [],
    ),
    ...(own.procMount === 'Unmasked' ? ['systempaths=unconfined'] : []),
  ];
}
