import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PlacementRules } from '../../../src/model/desired.ts';
import type { WorkloadDemand } from '../../../src/model/placement.ts';
import { chooseByScore } from '../../../src/planner/placement/choose.ts';
import { firstRefusal } from '../../../src/planner/placement/filters/index.ts';
import { putReplicas } from '../../../src/planner/placement/put.ts';
import { openSession } from '../../../src/planner/placement/session.ts';
import { host, workload } from './builders.ts';

const selector = (app: string) => ({ matchLabels: { app }, matchExpressions: [] });
const term = (topologyKey: string, app: string) => ({ topologyKey, namespaces: [], labelSelector: selector(app) });
const spread = (topologyKey: string, whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway', app: string) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable,
  labelSelector: selector(app),
});

const RULES: Record<string, (app: string) => Partial<PlacementRules>> = {
  none: () => ({}),
  hard: (app) => ({ topologySpread: [spread('zone', 'DoNotSchedule', app)] }),
  soft: (app) => ({ topologySpread: [spread('zone', 'ScheduleAnyway', app), spread('host', 'ScheduleAnyway', app)] }),
  apart: (app) => ({ podAntiAffinity: { required: [term('host', app)], preferred: [] } }),
  together: (app) => ({ podAffinity: { required: [term('zone', app)], preferred: [] } }),
  shy: () => ({ podAntiAffinity: { required: [], preferred: [{ weight: 20, term: term('zone', 'w0') }] } }),
  fond: () => ({ podAffinity: { required: [], preferred: [{ weight: 20, term: term('host', 'w0') }] } }),
};

const hostsArb = fc
  .array(fc.record({ zone: fc.constantFrom('a', 'b', 'c'), cpus: fc.integer({ min: 2, max: 6 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((list) =>
    list.map(({ zone, cpus }, i) =>
      host(`h${i}`, {
        labels: { zone, host: `h${i}`, 'topology.kubernetes.io/zone': zone },
        capacity: { cpus, memoryBytes: cpus * 1024 ** 3, generic: {} },
      }),
    ),
  );

const workloadsArb = fc
  .array(
    fc.record({
      rule: fc.constantFrom(...Object.keys(RULES)),
      replicas: fc.integer({ min: 1, max: 6 }),
      cpus: fc.constantFrom(0.1, 0.5, 1),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((list) =>
    list.map(({ rule, replicas, cpus }, i): WorkloadDemand => {
      const rules = RULES[rule]?.(`w${i}`) ?? {};
      return workload(`w${i}`, {
        profile: 'kubernetes',
        replicas,
        labels: { app: `w${i}` },
        resources: { cpus },
        rules,
      });
    }),
  );

it('choosing among groups finds the host that choosing among all hosts finds', () => {
  fc.assert(
    fc.property(hostsArb, workloadsArb, (hosts, workloads) => {
      const session = openSession({ hosts, workloads, strategy: 'spread' });
      for (const task of session.tasks.values()) {
        const { cls, fixed, moving, choice } = task;
        session.state.announce(cls);
        for (let ordinal = 1; ordinal <= task.workload.replicas; ordinal++) {
          const passing = session.state.hosts.filter(
            (one) => !firstRefusal([...fixed, ...moving], { cls }, one, session.state),
          );
          const expected = chooseByScore(cls, passing, session.state, choice)?.host.name;
          expect(putReplicas(task, [{ ordinal }], session).placements[0]?.host).toBe(expected);
        }
      }
    }),
    { numRuns: 300 },
  );
});
