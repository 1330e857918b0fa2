import type { ReplicaClass } from './replica-class.ts';
import type { ClusterState } from './state.ts';

/** Computes something once per class and state: which counters a rule reads, say. They stay current by themselves. */
export function perClass<T>(
  make: (cls: ReplicaClass, state: ClusterState) => T,
): (cls: ReplicaClass, state: ClusterState) => T {
  const known = new WeakMap<ClusterState, Map<ReplicaClass, T>>();
  return (cls, state) => {
    let ofState = known.get(state);
    if (!ofState) {
      ofState = new Map();
      known.set(state, ofState);
    }
    let found = ofState.get(cls);
    if (found === undefined) {
      found = make(cls, state);
      ofState.set(cls, found);
    }
    return found;
  };
}
