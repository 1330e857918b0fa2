import type { Step, StepKind } from '../../model/step.ts';

/**
 * What a step takes of its host: an engine call, the disk while a container is made, the processors while it starts, a
 * transfer of many bytes, or nothing but time; a late one waits until the host has no other work.
 */
export type Slot = 'engine' | 'create' | 'start' | 'transfer' | 'free' | 'late';

/** Slots of which a host has so many. */
export type LimitedSlot = Exclude<Slot, 'free' | 'late'>;

export type SlotLimits = Readonly<Record<LimitedSlot, number>>;

export const DEFAULT_LIMITS: SlotLimits = { engine: 24, create: 12, start: 8, transfer: 4 };

/** Containers that are all made first, and then all started, take longer than those that are made while others start. */
const CREATES_PER_CPU = 3;
const FEWEST_CREATES = 6;
const MOST_CREATES = DEFAULT_LIMITS.engine;

/** More starts at once than this for each processor take longer in all: they get into each other's way in the kernel. */
const STARTS_PER_CPU = 2;
const FEWEST_STARTS = 4;

/** What a host of so many processors takes at once. */
export function limitsOf(cpus: number | undefined): SlotLimits {
  if (cpus === undefined) return DEFAULT_LIMITS;
  return {
    ...DEFAULT_LIMITS,
    create: Math.min(MOST_CREATES, Math.max(FEWEST_CREATES, Math.round(cpus * CREATES_PER_CPU))),
    start: Math.max(FEWEST_STARTS, Math.round(cpus * STARTS_PER_CPU)),
  };
}

const SLOTS: { readonly [K in StepKind]?: Exclude<Slot, 'late'> } = {
  'container.create': 'create',
  'container.start': 'start',
  'image.pull': 'transfer',
  'image.transfer': 'transfer',
  'image.build': 'transfer',
  'volume.copy': 'transfer',
  'volume.restore': 'transfer',
  'bind.sync': 'transfer',
  'health.wait': 'free',
  'rollout.delay': 'free',
  'rollout.pause': 'free',
  'rollout.check': 'free',
  'gateway.drain': 'free',
};

export function slotOf(step: Step): Slot {
  if (step.kind === 'health.wait' && step.until.type === 'running' && step.until.isLate) return 'late';
  return SLOTS[step.kind] ?? 'engine';
}

/** True for steps that change something on a host, so that the lock must be held. */
export function isMutating(kind: StepKind): boolean {
  return SLOTS[kind] !== 'free' || kind === 'gateway.drain';
}

const ADDING: readonly StepKind[] = ['image.pull', 'network.create', 'volume.create'];

/** True for steps that add something which nothing uses yet, so that the next run finds it or nobody misses it. */
export function onlyAdds(kind: StepKind): boolean {
  return ADDING.includes(kind);
}

const MINUTE_MS = 60_000;
/** Room for a reconnect on top of what a step itself may take. */
const MARGIN_MS = 3 * MINUTE_MS;

/** Milliseconds after which a step is given up, retries and reconnects included. */
export function stepTimeoutMs(step: Step): number {
  switch (step.kind) {
    case 'health.wait':
    case 'hook.exec':
    case 'gateway.drain':
      return step.timeoutSeconds * 1000 + MARGIN_MS;
    case 'container.stop':
      return step.graceSeconds * 1000 + MARGIN_MS;
    case 'rollout.delay':
      return step.milliseconds + MARGIN_MS;
    case 'rollout.check':
      return step.check.timeoutSeconds * 1000 + MARGIN_MS;
    case 'image.pull':
    case 'image.transfer':
    case 'image.build':
      return 60 * MINUTE_MS;
    case 'volume.copy':
    case 'volume.restore':
    case 'bind.sync':
      return 24 * 60 * MINUTE_MS;
    default:
      return 6 * MINUTE_MS;
  }
}
