import type { LoadedObject } from '../load.ts';
import { qualified } from './ids.ts';

/** Kinds that become workloads, in the order in which ids are given when two have the same name. */
const WORKLOAD_KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'DeploymentConfig',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
  'Job',
  'CronJob',
];

/** Ids of the workloads: their qualified names; a later kind that takes the same name has its kind added. */
export function workloadIdsOf(objects: readonly LoadedObject[]): Map<LoadedObject, string> {
  const ids = new Map<LoadedObject, string>();
  const taken = new Set<string>();
  for (const kind of WORKLOAD_KINDS) {
    for (const object of objects) {
      if (object.info.kind !== kind) continue;
      const plain = qualified(object.namespace, object.name);
      const id = taken.has(plain) ? `${plain}.${kind.toLowerCase()}` : plain;
      taken.add(id);
      ids.set(object, id);
    }
  }
  return ids;
}
