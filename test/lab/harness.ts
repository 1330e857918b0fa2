import { afterAll, beforeAll, describe, inject } from 'vitest';
import './harness/global-setup.ts';
import { Lab } from './harness/lab.ts';
import { labOfWorker } from './harness/pool.ts';

export type { Engine } from './harness/engine.ts';
export type { HttpAnswer, Lab, LabEnv, LabHost } from './harness/lab.ts';
export type { CommandOptions, CommandResult, RunningCommand } from './harness/process.ts';
export type { Traffic, TrafficReport } from './harness/traffic.ts';

export interface LabOptions {
  /** How many hosts the suite needs; 3 unless given. More than there are come up when the suite begins. */
  readonly hosts?: number;
}

/**
 * A suite on real hosts. It begins with every fault undone and every host empty. Where a lab cannot run, all its tests
 * are reported as skipped, by name, with the reason in the suite's name.
 *
 * @param define gets a lab whose methods may be called in tests and hooks only
 */
export function describeLab(name: string, define: (lab: Lab) => void, options: LabOptions = {}): void {
  const { missing } = inject('lab');
  if (missing !== undefined) {
    describe.skip(`${name} [no lab: ${missing}]`, () => define(new Proxy({} as Lab, {})));
    return;
  }
  describe(name, () => define(useLab(options)));
}

/** The lab itself, for a suite that is defined otherwise; only where `inject('lab').missing` is undefined. */
export function useLab(options: LabOptions = {}): Lab {
  const state = inject('lab');
  const lab = new Lab(labOfWorker(state), state.hostCount);
  beforeAll(() => lab.reset(options.hosts ?? 3));
  afterAll(() => lab.dispose());
  return lab;
}
