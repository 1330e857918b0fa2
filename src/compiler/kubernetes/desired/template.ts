import type {
  EnvVar as DesiredEnv,
  DnsOptions,
  NodeSelectorTerm,
  PodNetwork,
  PodTemplate,
  RestartPolicy,
} from '../../../model/desired.ts';
import type { PodSpec, PodTemplateSpec, ServiceAccount } from '../api.ts';
import type { LoadedObject } from '../load.ts';
import type { FieldPath } from '../path.ts';
import { type ContainerWork, containerOf } from './container.ts';
import type { Conversion } from './context.ts';
import { namespaceNetwork, present, qualified, strings } from './ids.ts';
import { volumesOf } from './volumes.ts';

export interface TemplateWork {
  readonly object: LoadedObject;
  /** Path of the template; of the object itself for a bare pod. */
  readonly path: FieldPath;
  /** Claims that a StatefulSet makes for each ordinal. */
  readonly claims: readonly string[];
  readonly links: readonly DesiredEnv[];
  /** Lines for /etc/hosts from services without a selector. */
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
  /** Further networks of the pods, by id. */
  readonly networks: readonly string[];
  readonly to: Conversion;
}

export interface ConvertedTemplate {
  readonly template: PodTemplate;
  readonly volumeTerms: readonly (readonly NodeSelectorTerm[])[];
}

export function templateOf(template: PodTemplateSpec, work: TemplateWork): ConvertedTemplate {
  const { object, to } = work;
  const spec = template.spec ?? {};
  const pod = { object, path: work.path.child('spec') };
  const volumes = volumesOf(spec, work.claims, pod, to);
  const annotations = strings(template.metadata?.annotations);
  const links = spec.enableServiceLinks === false ? [] : work.links;
  const container: ContainerWork = { pod, security: spec.securityContext ?? {}, volumes, links, annotations, to };
  const isDone = (field: 'containers' | 'initContainers') =>
    (spec[field] ?? []).map((c, i) =>
      containerOf(c, pod.path.child(field).index(i), field === 'initContainers', container),
    );
  return {
    volumeTerms: volumes.terms,
    template: {
      labels: strings(template.metadata?.labels),
      annotations,
      containers: isDone('containers'),
      initContainers: isDone('initContainers'),
      network: networkOf(spec, work),
      extraHosts: [...extraHostsOf(spec), ...(spec.hostNetwork ? [] : work.hosts)],
      sysctls: Object.fromEntries(
        (spec.securityContext?.sysctls ?? []).map(({ name = '', value = '' }) => [name, value]),
      ),
      shareProcessNamespace: spec.shareProcessNamespace ?? false,
      hostPid: spec.hostPID ?? false,
      hostIpc: spec.hostIPC ?? false,
      stopGraceSeconds: spec.terminationGracePeriodSeconds ?? 30,
      restart: restartOf(spec.restartPolicy),
      pullSecrets: pullSecretsOf(spec, work),
      scratch: volumes.scratch,
      ...present({ hostname: spec.hostname, subdomain: spec.subdomain, dns: dnsOf(spec) }),
    },
  };
}

function networkOf(spec: PodSpec, { object, networks }: TemplateWork): PodNetwork {
  if (spec.hostNetwork) return { mode: 'host' };
  const ids = [namespaceNetwork(object.namespace), ...networks];
  return { mode: 'networks', attachments: ids.map((network) => ({ network, aliases: [] })) };
}

function extraHostsOf(spec: PodSpec): { name: string; address: string }[] {
  return (spec.hostAliases ?? []).flatMap(({ ip = '', hostnames }) =>
    (hostnames ?? []).map((name) => ({ name, address: ip })),
  );
}

function restartOf(policy: string | undefined): RestartPolicy {
  return { condition: policy === 'Never' ? 'no' : policy === 'OnFailure' ? 'on-failure' : 'always' };
}

function dnsOf({ dnsConfig }: PodSpec): DnsOptions | undefined {
  if (!dnsConfig) return undefined;
  return {
    servers: dnsConfig.nameservers ?? [],
    search: dnsConfig.searches ?? [],
    options: (dnsConfig.options ?? []).map(({ name = '', value }) => (value === undefined ? name : `${name}:${value}`)),
  };
}

/** Those of the pod, or of its service account where it names none. */
function pullSecretsOf(spec: PodSpec, { object, to }: TemplateWork): string[] {
  const account = to.find('ServiceAccount', object.namespace, spec.serviceAccountName ?? 'default')?.value as
    | ServiceAccount
    | undefined;
  const own = spec.imagePullSecrets ?? [];
  return (own.length > 0 ? own : (account?.imagePullSecrets ?? [])).flatMap(({ name = '' }) => {
    const key = ['.dockerconfigjson', '.dockercfg'].find(
      (k) => to.secretValue(object.namespace, name, k) !== undefined,
    );
    const payload = key && to.payloadOf('secret', object.namespace, name, key);
    return [payload ? payload.id : qualified(object.namespace, name)];
  });
}
