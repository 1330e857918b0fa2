import { expect, test } from 'vitest';
import { mayFinish } from '../../../src/planner/rollout/ready.ts';
import { endpointOf, service, stack } from '../build.ts';

const plain = service('web');
const PORTS = [{ name: 'http', port: 80, targetPort: 80, protocol: 'tcp' as const }];
const live = (health: 'none' | 'unhealthy') => [{ containers: [{ health }] }];

test('what nothing restarts, and nobody needs, may end', () => {
  const template = { ...plain.template, restart: { ...plain.template.restart, condition: 'no' as const } };
  const workload = { ...plain, template };
  expect(mayFinish(workload, stack([workload]), live('none'))).toBe(true);
  expect(mayFinish(workload, stack([workload]), live('unhealthy')), 'its image has a health check').toBe(false);
});

test('what serves, or is to be restarted, was stopped', () => {
  const serving = stack([plain], { endpoints: [endpointOf(plain, PORTS)] });
  expect(mayFinish(plain, serving)).toBe(false);
  const template = { ...plain.template, restart: { ...plain.template.restart, condition: 'always' as const } };
  expect(mayFinish({ ...plain, template }, stack([{ ...plain, template }]))).toBe(false);
});

test('a job has ended, with or without a check in its image', () => {
  const job = { ...plain, kind: 'job' as const };
  expect(mayFinish(job, stack([job]), live('unhealthy'))).toBe(true);
});
