import { expect, test } from 'vitest';
import { refuseFullDisks } from '../../src/app/preflight.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { StepKind } from '../../src/model/step.ts';

const MIB = 1024 ** 2;
const plan = (...steps: readonly [StepKind, string][]) =>
  ({ steps: steps.map(([kind, host]) => ({ kind, host })) }) as unknown as Plan;
const disks = new Map(
  [
    ['full', 3],
    ['roomy', 5000],
  ].map(([host, mib]) => [
    String(host),
    { folder: '/var/lib/docker', totalBytes: 9000 * MIB, availableBytes: Number(mib) * MIB },
  ]),
);

test.each<[string, Plan, boolean]>([
  ['a new container on a full disk', plan(['container.create', 'full']), true],
  ['a pull onto a full disk beside others', plan(['container.create', 'roomy'], ['image.pull', 'full']), true],
  ['what only makes room', plan(['container.stop', 'full'], ['container.remove', 'full']), false],
  ['a host with room', plan(['container.create', 'roomy']), false],
  ['a host that cannot say', plan(['container.create', 'other']), false],
])('%s', (_name, of, isRefused) => {
  const check = () => refuseFullDisks(of, disks);
  if (isRefused) expect(check).toThrow('no room');
  else expect(check).not.toThrow();
});
