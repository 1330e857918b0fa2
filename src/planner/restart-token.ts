import type { DesiredState } from '../model/desired.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveReplica } from './live-replicas.ts';

/**
 * The desired state with the restart tokens its replicas have: files do not know of a restart, and applying them must
 * not undo it.
 */
export function withRestartTokens(desired: DesiredState, replicas: readonly LiveReplica[]): DesiredState {
  const tokens = new Map<string, string>();
  for (const { workload, containers } of replicas) {
    for (const { labels } of containers) {
      const token = labels[LABEL.restarted];
      if (token !== undefined && token > (tokens.get(workload) ?? '')) tokens.set(workload, token);
    }
  }
  if (tokens.size === 0) return desired;
  return {
    ...desired,
    workloads: desired.workloads.map((w) => {
      const token = w.template.restartToken ?? tokens.get(w.id);
      return token === undefined ? w : { ...w, template: { ...w.template, restartToken: token } };
    }),
  };
}
