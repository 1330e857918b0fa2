import type { ReplicaDemand } from '../../../src/model/placement.ts';
import { shouldRestart } from '../../../src/planner/controllers/restart.ts';
import { isStale, mustLeave, noncompliant, syncGlobal } from '../../../src/planner/controllers/swarm-nodes.ts';
import { playUpdate, type UpdateConfig } from '../../../src/planner/controllers/swarm-update.ts';
import { matchesConstraint } from '../../../src/planner/placement/constraints.ts';
import { equal, type Json, type Kind } from './case.ts';
import { NO_RULES } from './kubernetes.ts';
import { constraintsOf, demandOf, hostOf } from './swarm.ts';

/** Swarm's states in the order a task goes through them. */
const STATES = ['new', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting', 'running', 'completed'];
const ENDED = ['complete', 'completed', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned'];

const leaves = (node: Json) => mustLeave(hostOf({ ...node, state: 'ready' }).availability, node.state === 'down');

const rulesOf = (constraints: Json): ReplicaDemand['rules'] => ({
  ...NO_RULES,
  constraints: constraintsOf(constraints),
});

const same = (a: Json, b: Json) => equal(a ?? [], b ?? []);

/** Members of a named set become resources of their own, one each. */
const named = (generic: Json) =>
  Object.fromEntries(
    Object.entries(generic ?? {}).flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((member) => [`${name}=${member}`, 1]) : [[name, Number(value)]],
    ),
  );

function configOf(config: Json): UpdateConfig {
  const { parallelism = 1, failureAction = 'pause', maxFailureRatio = 0, order } = config ?? {};
  return { parallelism, failureAction, maxFailureRatio, order };
}

function failsOf(input: Json): (index: number) => boolean {
  if (input.everyNewTaskFails) return () => true;
  const alternates = Object.keys(input).some((key) => /fail/i.test(key) && key !== 'everyNewTaskFails' && input[key]);
  return (index) => alternates && index % 2 === 0;
}

export const kinds: Record<string, Kind> = {
  'should-restart': ({ condition, maxAttempts, windowSeconds, taskState, history }) => ({
    restart: shouldRestart(
      { condition, maxAttempts, windowSeconds },
      taskState === 'complete' || taskState === 'completed',
      history && {
        restarts: history.restartsSoFar,
        isSameVersion: history.sameSpecVersion,
        agesSeconds: history.restartAgesSeconds,
      },
    ),
  }),
  update: (input) => {
    const { replicas, newImage, currentImage, updateStatus, tasksByImageBefore, oldTasksNeverStop } = input;
    const before: Record<string, number> = tasksByImageBefore ?? (currentImage ? { [currentImage]: replicas } : {});
    if (updateStatus === 'paused' || updateStatus === 'rollback_paused')
      return { state: updateStatus, tasksByImage: before };
    const stale = replicas - (before[newImage] ?? 0);
    const isRollback = input.phase === 'rollback';
    const config = configOf(isRollback ? input.rollbackConfig : input.updateConfig);
    const { state, replaced } = playUpdate(isRollback ? 'rollback_started' : 'updating', config, stale, failsOf(input));
    const after: Record<string, number> = { ...before };
    for (let left = replaced; left > 0; ) {
      const [image, count] = Object.entries(after).find(([one, n]) => one !== newImage && n > 0) ?? [newImage, left];
      const moved = Math.min(left, count);
      after[image] = count - moved;
      after[newImage] = (after[newImage] ?? 0) + moved;
      left -= moved;
    }
    const old = Object.keys(before).filter((image) => image !== newImage);
    return {
      state,
      newTasksStarted: replaced,
      tasksByImage: Object.fromEntries(Object.entries(after).filter(([, count]) => count > 0)),
      runningTasks: replicas + (oldTasksNeverStop && config.order === 'start-first' ? replaced : 0),
      desiredStateByImage: Object.fromEntries([...old.map((image) => [image, 'shutdown']), [newImage, 'running']]),
    };
  },
  'task-dirty': ({ service, task, node }) => {
    const changed = { constraints: !same(service.constraints, task.constraints), other: service.image !== task.image };
    return { dirty: isStale(changed, node ? hostOf(node) : undefined, rulesOf(service.constraints)) };
  },
  'only-constraints-changed': ({ service, task }) => ({
    only: !same(service.constraints, task.constraints) && service.image === task.image,
  }),
  enforce: ({ node, tasks, serviceConstraints }) => {
    const host = hostOf({ ...node, availableResources: { ...node.resources, generic: {} } });
    const counted = tasks.filter(({ desiredState, state }: Json) => {
      const desired = STATES.indexOf(desiredState);
      return desired >= STATES.indexOf('assigned') && !ENDED.includes(state);
    });
    const replicas = counted.map((task: Json) => ({
      id: task.id,
      assigned: named(task.assignedGeneric),
      demand: {
        resources: demandOf({ reservations: { ...task.reservations, generic: {} } }).resources,
        rules: rulesOf(serviceConstraints ?? task.constraints),
      },
    }));
    const generic = named(node.resources?.generic);
    return { reject: noncompliant({ ...host, capacity: { ...host.capacity, generic } }, replicas) };
  },
  drain: ({ node }) => ({ evict: !node || leaves(node) }),
  global: ({ nodes, tasksOn, constraints }) =>
    syncGlobal(
      nodes.map((node: Json) => ({
        name: node.id,
        matches: constraintsOf(constraints).every((one) => matchesConstraint(one, hostOf(node))),
        mustLeave: leaves(node),
        isPaused: node.availability === 'pause',
      })),
      tasksOn,
    ),
};
