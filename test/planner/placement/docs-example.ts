import type { PlacementRequest, SchedulingHost } from '../../../src/model/placement.ts';
import { rolloutPeak } from '../../../src/planner/placement/peak.ts';
import { answerPlacement } from '../../../src/planner/placement/questions.ts';
import { parseHostSpec } from '../../../src/planner/placement/what-if.ts';
import { plan } from '../../../src/planner/plan.ts';
import { imagine } from '../../../src/planner/what-if.ts';
import { renderExplanation, renderMoves } from '../../../src/render/placement.ts';
import { renderPlan } from '../../../src/render/plan.ts';
import { PLAIN } from '../../../src/render/terminal.ts';
import { hosts, ROLLING, service, stack, volume } from '../build.ts';
import { simulate } from '../simulate.ts';
import { host, workload } from './builders.ts';

const GIB = 1024 ** 3;
const terminal = { isTerminal: false, width: 110, style: PLAIN };
const running = (id: string, ...ordinals: number[]) => ordinals.map((ordinal) => ({ workload: id, ordinal }));

const web = (name: string, zone: string, more: Partial<SchedulingHost> = {}) =>
  host(name, { labels: { zone, 'topology.kubernetes.io/zone': zone }, ...more });

/** The shop of docs/placement.md on five hosts. */
const SHOP: PlacementRequest = {
  hosts: [
    web('web-1', 'a', { running: [...running('web', 1, 2), ...running('api', 1)] }),
    web('web-2', 'a', { foreign: { cpus: 0, memoryBytes: 7 * GIB, generic: {}, replicas: 1, ports: [] } }),
    web('web-3', 'b', { running: running('web', 3) }),
    web('web-4', 'b', { availability: 'cordoned' }),
    host('db-1', {
      labels: { zone: 'b', disk: 'ssd' },
      taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }],
      volumes: ['shop_data'],
      running: running('db', 1),
    }),
  ],
  workloads: [
    workload('web', {
      replicas: 4,
      resources: { cpus: 0.5, memoryBytes: 2 * GIB },
      rules: { spreadOver: ['node.labels.zone'] },
    }),
    workload('api', {
      profile: 'kubernetes',
      replicas: 2,
      labels: { app: 'api' },
      resources: { cpus: 1, memoryBytes: GIB },
      rules: {
        topologySpread: [
          {
            maxSkew: 1,
            topologyKey: 'zone',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: { matchLabels: { app: 'api' }, matchExpressions: [] },
          },
        ],
      },
    }),
    workload('db', {
      resources: { memoryBytes: 4 * GIB },
      volumes: ['shop_data'],
      rules: {
        constraints: [{ key: 'node.labels.disk', operator: '==', value: 'ssd' }],
        tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      },
    }),
  ],
  strategy: 'spread',
};

/** Three replicas that once had no other host to go to. */
const CROWDED: PlacementRequest = {
  hosts: [web('web-1', 'a', { running: running('web', 1, 2, 3) }), web('web-3', 'b')],
  workloads: [workload('web', { replicas: 3, rules: { spreadOver: ['node.labels.zone'] } })],
  strategy: 'spread',
};

const SPARE = 'web-5,cpus=4,memory=8G,label=zone=c';

/** Two services on three hosts, the database with its data on the one that is to be emptied. */
function drainPlan(): string {
  const db = service('db', {
    container: { mounts: [{ source: { type: 'volume', volume: 'data' }, target: '/data', readOnly: false }] },
  });
  const web = service('web', { replicas: 4, workload: { rollout: { ...ROLLING, order: 'start-first' } } });
  const desired = stack([db, web], { volumes: [volume('data')] });
  const options = { toolVersion: '', images: {} };
  const first = plan(desired, hosts('web-1', 'web-2', 'web-3'), options);
  const home = first.ok ? (first.plan.placements.find((p) => p.workload === 'db')?.host ?? '') : '';
  const live = simulate(hosts('web-1', 'web-2', 'web-3'), first.ok ? first.plan.steps : []);
  const marked = imagine(live, { without: [], drain: [home], addHosts: [] });
  const drained = plan(desired, marked, { ...options, drain: { host: home, reason: 'new kernel', isMarked: false } });
  if (!drained.ok) throw new Error(drained.diagnostics[0]?.why);
  const stays = drained.plan.warnings.map((w) => `stays: ${w.where}: ${w.why}\n`).join('');
  return `$ stowage hosts drain ${home} --reason "new kernel" --dry-run\n${renderPlan(drained.plan, terminal)}\n${stays}`;
}

/** What the documentation shows, by the name of each block. */
export async function example(): Promise<Record<string, string>> {
  const { explanations } = answerPlacement(SHOP, { explain: ['web', 'api'] });
  const [ofWeb = '', ofApi = ''] = await Promise.all(explanations.map((one) => renderExplanation(one, terminal)));
  const drained = answerPlacement(SHOP, { drain: ['db-1'] }).stuck;
  const spare = parseHostSpec(SPARE);
  const { moves } = answerPlacement(CROWDED, { addHosts: 'problem' in spare ? [] : [spare], rebalance: true });
  const { result, request } = answerPlacement(SHOP);
  const peak = rolloutPeak(request, result.placements, [{ workload: 'web', replaced: [1, 2, 3, 4], surge: 2 }]);
  return {
    web: `$ stowage plan --explain web\n${ofWeb}`,
    api: `$ stowage plan --explain api\n${ofApi}`,
    drain: drained.map(({ workload: id, ordinal, why }) => `${id}.${ordinal}  ${why}\n`).join(''),
    move: drainPlan(),
    rebalance: `$ stowage plan --add-host ${SPARE} --rebalance\n${await renderMoves(moves, terminal)}`,
    peak: peak.problems.map((one) => `${one.host}: ${one.summary}; fits with ${one.suggestion}\n`).join(''),
  };
}
