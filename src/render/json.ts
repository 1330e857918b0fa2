import type { Diagnostic } from '../model/diagnostic.ts';
import { formatHostAddress } from '../model/host-address.ts';
import type { HostReport } from '../model/host-report.ts';
import type { Override } from '../model/overrides.ts';
import type { ReplicaReport } from '../model/replica-report.ts';
import { taintText } from '../model/taint.ts';

/** `hosts --json`, schemas/hosts.schema.json. */
export function hostsJson(reports: readonly HostReport[]): object {
  return {
    hosts: reports.map(({ entry, reachable, engine, containers, marks, error }) => ({
      name: entry.name,
      address: formatHostAddress(entry.address),
      reachable,
      labels: entry.labels,
      taints: entry.taints.map(taintText),
      ...(entry.capacity && { capacity: entry.capacity }),
      ...(engine && { engine }),
      ...(containers && { containers }),
      ...(marks && {
        cordoned: marks.cordoned,
        drained: marks.drained,
        ...(marks.by !== undefined && { markedBy: marks.by }),
        ...(marks.reason !== undefined && { markReason: marks.reason }),
      }),
      ...(error && { error }),
    })),
  };
}

/** `ps --json`, schemas/ps.schema.json. */
export function replicasJson(
  stack: string | undefined,
  replicas: readonly ReplicaReport[],
  unreachable: readonly Diagnostic[],
  overrides: readonly Override[],
): object {
  return { ...(stack !== undefined && { stack, overrides }), replicas, unreachable };
}

/** `validate --json`, schemas/validate.schema.json. */
export function validateJson(stack: string | undefined, diagnostics: readonly Diagnostic[]): object {
  const valid = !diagnostics.some(({ severity }) => severity === 'error');
  return { valid, ...(stack !== undefined && { stack }), diagnostics };
}
