import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/plan.ts';
import { NO_POLICY, type Policy } from '../../../src/model/policy.ts';
import { plan } from '../../../src/planner/plan.ts';
import { checkPolicy } from '../../../src/planner/policy/index.ts';
import { hosts, ROLLING, service, stack } from '../build.ts';
import { simulate } from '../simulate.ts';

const OPTIONS = { toolVersion: '0.0.0', images: {} };

function planned(after: Parameters<typeof stack>[0]): Plan {
  const first = plan(stack([service('web', { replicas: 4 })]), hosts('a'), OPTIONS);
  if (!first.ok) throw new Error('the first plan failed');
  const second = plan(stack(after), simulate(hosts('a'), first.plan.steps), OPTIONS);
  if (!second.ok) throw new Error('the second plan failed');
  return second.plan;
}

const newImage = planned([service('web', { replicas: 4, image: 'web:2' })]);
const stopFirst = planned([
  service('web', { replicas: 4, image: 'web:2', workload: { rollout: { ...ROLLING, order: 'stop-first' } } }),
]);
const fewer = planned([service('web', { replicas: 1 })]);
const privileged = planned([service('web', { replicas: 4, container: { privileged: true } })]);

const CASES: readonly {
  name: string;
  plan: Plan;
  policy: Partial<Policy>;
  codes: readonly string[];
  nowMs?: number;
}[] = [
  { name: 'no rule', plan: newImage, policy: {}, codes: [] },
  {
    name: 'a forbidden kind of change',
    plan: fewer,
    policy: { forbid: ['replica.delete'] },
    codes: Array(3).fill('policy/forbid'),
  },
  { name: 'another kind of change', plan: newImage, policy: { forbid: ['replica.delete'] }, codes: [] },
  {
    name: 'stop-first of a named workload',
    plan: stopFirst,
    policy: { neverStopFirst: ['web'] },
    codes: ['policy/never-stop-first'],
  },
  { name: 'start-first of a named workload', plan: newImage, policy: { neverStopFirst: ['web'] }, codes: [] },
  { name: 'too few ready', plan: stopFirst, policy: { minReady: { '*': 4 } }, codes: ['policy/min-ready'] },
  { name: 'a share that is kept', plan: stopFirst, policy: { minReady: { web: '75%' } }, codes: [] },
  { name: 'too many replaced', plan: newImage, policy: { maxReplaced: '50%' }, codes: ['policy/max-replaced'] },
  { name: 'as many replaced as allowed', plan: newImage, policy: { maxReplaced: 4 }, codes: [] },
  {
    name: 'an image without a digest',
    plan: newImage,
    policy: { images: { pinned: true } },
    codes: ['policy/images.pinned'],
  },
  {
    name: 'an image of another registry',
    plan: newImage,
    policy: { images: { pinned: false, registries: ['registry.example.com'] } },
    codes: ['policy/images.registries'],
  },
  {
    name: 'an image of an allowed registry',
    plan: newImage,
    policy: { images: { pinned: false, registries: ['docker.io'] } },
    codes: [],
  },
  { name: 'a privileged container', plan: privileged, policy: { privileged: false }, codes: ['policy/privileged'] },
  {
    name: 'inside a freeze window',
    plan: newImage,
    policy: { freeze: [{ fromMs: 10, toMs: 20 }] },
    nowMs: 10,
    codes: ['policy/freeze'],
  },
  { name: 'at its end', plan: newImage, policy: { freeze: [{ fromMs: 10, toMs: 20 }] }, nowMs: 20, codes: [] },
];

describe('a plan against the policy', () => {
  it.each(CASES)('$name', ({ plan: checked, policy, codes, nowMs = 0 }) => {
    expect(checkPolicy(checked, { ...NO_POLICY, ...policy }, nowMs).map((v) => v.code)).toEqual(codes);
  });

  it('has nothing to say to a plan without steps', () => {
    const idle = { ...newImage, steps: [] };
    expect(checkPolicy(idle, { ...NO_POLICY, freeze: [{ fromMs: 0, toMs: 9 }] }, 1)).toEqual([]);
  });
});
