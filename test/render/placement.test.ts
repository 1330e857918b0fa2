import { describe, expect, it } from 'vitest';
import { answerPlacement } from '../../src/planner/placement/questions.ts';
import { renderExplanation, renderMoves } from '../../src/render/placement.ts';
import { PLAIN } from '../../src/render/terminal.ts';
import { host, workload } from '../planner/placement/builders.ts';

const terminal = { isTerminal: false, width: Number.POSITIVE_INFINITY, style: PLAIN };
const GIB = 1024 ** 3;

describe('renderExplanation', () => {
  const request = {
    hosts: [
      host('web-1', { labels: { disk: 'ssd', zone: 'a' }, running: [{ workload: 'db', ordinal: 1 }] }),
      host('web-2', { labels: { disk: 'ssd', zone: 'b' }, capacity: { cpus: 2, memoryBytes: GIB, generic: {} } }),
      host('web-3', { availability: 'cordoned' as const }),
    ],
    workloads: [
      workload('db', {
        replicas: 2,
        resources: { memoryBytes: 2 * GIB },
        rules: { constraints: [{ key: 'node.labels.disk', operator: '==', value: 'ssd' }], maxPerHost: 1 },
      }),
    ],
    strategy: 'spread' as const,
  };

  it('shows the replicas, and every host with all that speaks against it', async () => {
    const [explanation] = answerPlacement(request, { explain: ['db'] }).explanations;
    expect(explanation && (await renderExplanation(explanation, terminal))).toBe(
      `replica  host   why
db.1     web-1  runs there already
db.2     –      0 of 3 hosts: 1 cordoned, 1 short of 2 GiB, 1 at its 1 replica per host

Hosts for db
host   has  verdict  because
web-1    1  stays    replicas of the workload 0, replicas in all 0, reserved % 13
web-2    0  refused  resources: short of 2 GiB (1 GiB of 1 GiB free)
web-3    0  refused  availability: cordoned; constraints: without label disk=ssd (node.labels.disk is not set)
`,
    );
  });

  it('shows the scores of Kubernetes workloads with their sum', async () => {
    const workloads = [workload('api', { profile: 'kubernetes', resources: { cpus: 1, memoryBytes: GIB } })];
    const [explanation] = answerPlacement({ ...request, workloads }, { explain: ['api'] }).explanations;
    const text = explanation && (await renderExplanation(explanation, terminal));
    expect(text).toContain(
      'web-1    1  stays      268  least-allocated 81, balanced-allocation 87, selector-spread 100',
    );
  });
});

describe('renderMoves', () => {
  const running = [1, 2].map((ordinal) => ({ workload: 'web', ordinal }));
  const request = {
    hosts: [host('a', { running }), host('b')],
    workloads: [workload('web', { replicas: 2 })],
    strategy: 'spread' as const,
  };

  it('shows what each move gains', async () => {
    const { moves } = answerPlacement(request, { rebalance: true });
    expect(await renderMoves(moves, terminal)).toBe(
      `replica  from  to  gain
web.2    a     b   web: 2 → 1 on host a, 0 → 1 on b
`,
    );
  });

  it('says so when there is nothing to gain', async () => {
    expect(await renderMoves([], terminal)).toBe('Nothing to gain: the stack is as even as its rules allow.\n');
  });
});
