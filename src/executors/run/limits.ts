import type { Step, StepKind } from '../../model/step.ts';

/** What a step takes of its host: an engine call, a transfer of many bytes, or nothing but time. */
export type Slot = 'engine' | 'transfer' | 'free';

export type SlotLimits = Readonly<Record<Exclude<Slot, 'free'>, number>>;

export const DEFAULT_LIMITS: SlotLimits = { engine: 24, transfer: 4 };

const SLOTS: { readonly [K in StepKind]?: Slot } = {
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

export function slotOf(kind: StepKind): Slot {
  return SLOTS[kind] ?? 'engine';
}

/** True for steps that change something on a host, so that the lock must be held. */
export function isMutating(kind: StepKind): boolean {
  return slotOf(kind) !== 'free' || kind === 'gateway.drain';
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
