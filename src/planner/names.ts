import type { Workload } from '../model/desired.ts';

/** `web.1`: how a replica is named in plans, messages and logs. */
export function replicaName(workload: string, ordinal: number): string {
  return `${workload}.${ordinal}`;
}

/** The pod's own name, which it also has as hostname: `web-0` as Kubernetes names the pods of a StatefulSet. */
export function podName(workload: Workload, ordinal: number): string {
  return `${workload.name}-${ordinal}`;
}

/** Letters, digits, `_`, `.` and `-` are what engines allow in names; two characters at least. */
export function engineName(...parts: readonly (string | number)[]): string {
  return parts
    .join('-')
    .replace(/[^a-zA-Z0-9_.-]+/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '');
}
