import type { DesiredState, Volume } from '../../../model/desired.ts';
import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { JsonObject } from '../json.ts';
import { Emission, type EmitOptions } from './context.ts';
import { clean } from './json.ts';
import { kubernetesName } from './names.ts';
import { emitIngresses, emitServices } from './services.ts';
import { claimSpec, emitWorkload } from './workloads.ts';

export interface Manifests {
  /** In an order in which they can be applied. */
  readonly objects: readonly JsonObject[];
  /** What manifests cannot say. */
  readonly lost: readonly Diagnostic[];
}

/** A desired state as Kubernetes objects. */
export function manifestsOf(
  desired: DesiredState,
  payloads: ReadonlyMap<string, Uint8Array>,
  options: EmitOptions,
): Manifests {
  const to = new Emission(desired, payloads, options);
  const workloads = desired.workloads.map((workload) => emitWorkload(workload, to));
  const endpoints = desired.endpoints.filter(({ id }) => !id.endsWith('@cross'));
  const services = endpoints.flatMap((endpoint) => emitServices(endpoint, to));
  const networks = desired.networks.filter(({ internal, encrypted }) => internal || encrypted);
  for (const { id } of networks)
    to.losses.add(
      `network ${id}`,
      'that it is internal or encrypted',
      'pods of a cluster share one network',
      'write a NetworkPolicy',
    );
  to.losses.addIf(
    desired.networks.length > 1,
    'networks',
    'that services on different networks do not reach each other',
    'pods of a cluster share one network',
    'write NetworkPolicies',
  );
  const claims = desired.volumes
    .filter((volume) => volume.driverOptions.type !== 'nfs')
    .flatMap((volume) => claimOf(volume, to));
  const objects = [...to.configurations, ...claims, ...services, ...workloads, ...emitIngresses(desired.routes, to)];
  return { objects, lost: to.losses.list };
}

function claimOf(volume: Volume, to: Emission): JsonObject[] {
  const { id, driver, driverOptions, external, sizeBytes } = volume;
  if (external) {
    to.losses.add(
      `volume ${id}`,
      'the data it has',
      'the volume is not made by this stack',
      `make PersistentVolumeClaim ${kubernetesName(id)} yourself`,
    );
    return [];
  }
  to.losses.addIf(
    sizeBytes === undefined,
    `volume ${id}`,
    'that it has no size',
    'a claim needs one',
    '1Gi is written; change it',
  );
  to.losses.addIf(
    driver !== 'local' || Object.keys(driverOptions).length > 0,
    `volume ${id}`,
    'its driver and options',
    'a cluster has StorageClasses',
  );
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: clean({ name: kubernetesName(id) }),
      spec: claimSpec(sizeBytes),
    },
  ];
}
