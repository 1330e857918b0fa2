import type { Endpoints, Ingress, NetworkPolicy, Service } from '../api.ts';

const STICKY_SECONDS = 10_800;

export function defaultService(service: Service): void {
  service.spec ??= {};
  const spec = service.spec;
  spec.sessionAffinity ??= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: STICKY_SECONDS } };
  }
  spec.type ??= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '')
      port.targetPort = port.port ?? 0;
  }
  const published = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (published) spec.externalTrafficPolicy ??= 'Cluster';
  const first = spec.clusterIPs?.[0];
  if (spec.clusterIP === undefined && first !== undefined) spec.clusterIP = first;
}

export function defaultEndpoints(endpoints: Endpoints): void {
  for (const subset of endpoints.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ??= 'TCP';
}

/** Only the older versions have a default: a path type. */
export function defaultOldIngress(ingress: Ingress): void {
  for (const rule of ingress.spec?.rules ?? []) {
    for (const path of rule.http?.paths ?? []) path.pathType ??= 'ImplementationSpecific';
  }
}

export function defaultNetworkPolicy(policy: NetworkPolicy): void {
  policy.spec ??= {};
  const spec = policy.spec;
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
  }
  if ((spec.policyTypes ?? []).length === 0) {
    spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  }
}
