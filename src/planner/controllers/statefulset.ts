/** One pod of a stateful workload, as a controller sees it. */
export interface StatefulPod {
  readonly ordinal: number;
  /** Empty: it is asked for and not created. */
  readonly phase: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly revision: 'current' | 'update' | 'none';
  /** False: its name, labels or volumes are not those of its ordinal. */
  readonly identityOk: boolean;
}

export interface StatefulSpec {
  readonly replicas: number;
  readonly order: 'ordered' | 'parallel';
  readonly update: 'rolling' | 'on-delete';
  /** Ordinals below it keep the current revision; absent is none told. */
  readonly partition?: number;
  readonly deleting: boolean;
  /** How many replicas had the current revision after the last pass. */
  readonly currentReplicas: number;
  /** The revision asked for is not the one in use. */
  readonly inProgress: boolean;
}

export interface StatefulAction {
  readonly action: 'create' | 'delete' | 'update';
  readonly ordinal: number;
  /** Only for `create`. */
  readonly revision?: 'current' | 'update';
}

export interface StatefulStatus {
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly currentReplicas: number;
  readonly updatedReplicas: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Everything one pass works on. */
interface Pass {
  readonly spec: StatefulSpec;
  readonly actions: StatefulAction[];
  readonly status: Mutable<StatefulStatus>;
  readonly wanted: (StatefulPod | undefined)[];
  readonly surplus: readonly StatefulPod[];
  readonly firstUnhealthy: StatefulPod | undefined;
  /** One thing at a time, in the order of the ordinals. */
  readonly inOrder: boolean;
}

/**
 * One pass over a stateful workload: what is missing is created and what failed is made anew, then what is too much goes
 * from the highest ordinal, then the highest ordinal with an old revision is replaced. In order, a pass creates or deletes
 * one pod and waits for those before it.
 *
 * @returns the actions in order, and the status after them
 * @see kubernetes pkg/controller/statefulset, updateStatefulSet
 */
export function reconcileStateful(
  spec: StatefulSpec,
  pods: readonly StatefulPod[],
): { actions: StatefulAction[]; status: StatefulStatus } {
  const pass = openPass(spec, pods);
  if (!spec.deleting && createMissing(pass) && removeSurplus(pass)) replaceOld(pass);
  const { status } = pass;
  const isComplete = status.updatedReplicas === status.replicas && status.readyReplicas === status.replicas;
  if (spec.update === 'rolling' && isComplete) status.currentReplicas = status.updatedReplicas;
  return { actions: pass.actions, status };
}

function openPass(spec: StatefulSpec, pods: readonly StatefulPod[]): Pass {
  const status = { replicas: 0, readyReplicas: 0, currentReplicas: 0, updatedReplicas: 0 };
  const wanted = new Array<StatefulPod | undefined>(spec.replicas).fill(undefined);
  for (const pod of pods) {
    status.replicas++;
    if (isRunningAndReady(pod)) status.readyReplicas++;
    if (pod.phase !== '' && !pod.terminating) countRevision(spec, status, pod.revision, 1);
    if (pod.ordinal >= 0 && pod.ordinal < spec.replicas) wanted[pod.ordinal] = pod;
  }
  const surplus = pods.filter(({ ordinal }) => ordinal >= spec.replicas).sort((a, b) => b.ordinal - a.ordinal);
  const inRange = wanted.map((pod, ordinal) => pod ?? missingPod(spec, ordinal));
  const firstUnhealthy = [...inRange, ...[...surplus].reverse()].find((pod) => !isHealthy(pod));
  return { spec, actions: [], status, wanted, surplus, firstUnhealthy, inOrder: spec.order === 'ordered' };
}

/** @returns whether the pass goes on */
function createMissing({ spec, actions, status, wanted, inOrder }: Pass): boolean {
  for (let ordinal = 0; ordinal < wanted.length; ordinal++) {
    let pod = wanted[ordinal];
    if (pod?.phase === 'Failed') {
      actions.push({ action: 'delete', ordinal });
      countRevision(spec, status, pod.revision, -1);
      status.replicas--;
      pod = undefined;
    }
    if (!pod || pod.phase === '') {
      const revision =
        pod?.revision === 'update' || pod?.revision === 'current' ? pod.revision : newRevision(spec, ordinal);
      actions.push({ action: 'create', ordinal, revision });
      status.replicas++;
      countRevision(spec, status, revision, 1);
      wanted[ordinal] = { ...missingPod(spec, ordinal), revision };
      if (inOrder) return false;
      continue;
    }
    if (inOrder && !isHealthy(pod)) return false;
    if (!pod.identityOk) actions.push({ action: 'update', ordinal });
  }
  return true;
}

/** @returns whether the pass goes on */
function removeSurplus({ spec, actions, status, surplus, firstUnhealthy, inOrder }: Pass): boolean {
  for (const pod of surplus) {
    if (pod.terminating) {
      if (inOrder) return false;
      continue;
    }
    if (inOrder && !isRunningAndReady(pod) && pod !== firstUnhealthy) return false;
    actions.push({ action: 'delete', ordinal: pod.ordinal });
    countRevision(spec, status, pod.revision, -1);
    if (inOrder) return false;
  }
  return true;
}

function replaceOld({ spec, actions, status, wanted }: Pass): void {
  if (spec.update === 'on-delete') return;
  for (let ordinal = wanted.length - 1; ordinal >= (spec.partition ?? 0); ordinal--) {
    const pod = wanted[ordinal];
    if (!pod) continue;
    if (!isUpdated(spec, pod.revision) && !pod.terminating) {
      actions.push({ action: 'delete', ordinal });
      status.currentReplicas--;
      return;
    }
    if (!isHealthy(pod)) return;
  }
}

/** Ready to serve; a pod only counts when it runs. */
export function isRunningAndReady({ phase, ready }: Pick<StatefulPod, 'phase' | 'ready'>): boolean {
  return phase === 'Running' && ready;
}

function isHealthy(pod: StatefulPod): boolean {
  return isRunningAndReady(pod) && !pod.terminating;
}

function missingPod(spec: StatefulSpec, ordinal: number): StatefulPod {
  const revision = newRevision(spec, ordinal);
  return { ordinal, phase: '', ready: false, terminating: false, revision, identityOk: true };
}

/** Which revision a new pod gets: the one in use below the partition, or below what still had it. */
export function newRevision(spec: StatefulSpec, ordinal: number): 'current' | 'update' {
  const { update, partition, currentReplicas, inProgress } = spec;
  if (!inProgress) return 'current';
  const isBelow = partition === undefined ? update === 'rolling' && ordinal < currentReplicas : ordinal < partition;
  return isBelow ? 'current' : 'update';
}

function isUpdated({ inProgress }: StatefulSpec, revision: StatefulPod['revision']): boolean {
  return inProgress ? revision === 'update' : revision !== 'none';
}

function countRevision(
  { inProgress }: StatefulSpec,
  status: Mutable<StatefulStatus>,
  revision: StatefulPod['revision'],
  by: number,
): void {
  if (revision === 'none') return;
  if (!inProgress || revision === 'current') status.currentReplicas += by;
  if (!inProgress || revision === 'update') status.updatedReplicas += by;
}
