import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordReady } from './harness/recorder.ts';
import { describeLab, type Lab } from './harness.ts';

const HOSTS = 'hosts: {host1: ssh://host1, host2: ssh://host2, host3: ssh://host3}\n';
const COMPOSE = `
services:
  web:
    image: web:1
    ports: ["8080:8080"]
    healthcheck: {test: [CMD, /web, get, "http://localhost:8080/healthz"], interval: 1s, retries: 20}
    deploy:
      replicas: 4
      resources: {reservations: {memory: 16M}}
      update_config: {order: start-first, parallelism: 1, monitor: 1s}
  store:
    image: store:1
    volumes: [data:/data]
volumes: {data: {}}
`;
const STACK = 'label=io.stowage.stack=harbour';

interface Listed {
  readonly Labels: Readonly<Record<string, string>>;
}

/** `web.3 host1` for every replica that is up, sorted. */
async function replicas(lab: Lab, hosts = ['host1', 'host2', 'host3']): Promise<string[]> {
  const lists = await Promise.all(hosts.map((host) => up(lab, host)));
  return lists.flat().sort();
}

async function up(lab: Lab, host: string): Promise<string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [STACK.slice('label='.length)], status: ['running'] }));
  const found = await lab.engine(host).get<Listed[]>(`/containers/json?filters=${filters}`);
  return found
    .filter((one) => one.Labels['io.stowage.workload'] !== undefined)
    .map(({ Labels }) => `${Labels['io.stowage.workload']}.${Labels['io.stowage.ordinal']} ${host}`);
}

const ordinals = (all: readonly string[]) => all.map((one) => one.split(' ')[0]);
const ALL = ['store.1', 'web.1', 'web.2', 'web.3', 'web.4'];

describeLab('hosts that are emptied, lost and found', (lab) => {
  let cwd = '';
  /** Another machine: it knows the hosts, and has no file of the stack. */
  let elsewhere = '';
  /** Where the data is, and the two other hosts. */
  let [home, first, second] = ['', '', ''];
  const cli = (...args: string[]) => lab.cli(args, { cwd });
  const planIsEmpty = async () => {
    const plan = await cli('plan', '--detailed-exitcode');
    expect(plan.exitCode, plan.all).toBe(0);
  };

  test('the stack runs on three hosts, with what is reserved promised', async () => {
    cwd = lab.workspace({ 'compose.yaml': COMPOSE, 'stowage.yaml': `stack: harbour\n${HOSTS}` });
    elsewhere = lab.workspace({ 'stowage.yaml': HOSTS });
    const applied = await cli('apply', '--yes');
    expect(applied.exitCode, applied.all).toBe(0);
    expect(applied.stdout).toMatch(/peak memory reserved on host1: \d+ %/);
    const all = await replicas(lab);
    expect(ordinals(all)).toEqual(ALL);
    home = all.find((one) => one.startsWith('store.1'))?.split(' ')[1] ?? '';
    [first = '', second = ''] = lab.hosts.map((h) => h.name).filter((name) => name !== home);
  });

  test('what-if questions are answered by the planner, and no host is touched', async () => {
    const before = await replicas(lab);
    const snapshot = join(cwd, 'now.json');
    const [drain, without, rebalance, explain, taken] = await Promise.all([
      cli('plan', '--drain', home),
      cli('plan', '--without', second),
      cli('plan', '--add-host', 'spare,cpus=4,memory=8G', '--rebalance'),
      cli('plan', '--explain', 'web'),
      cli('snapshot', '--out', snapshot),
    ]);
    expect(drain.stdout, drain.all).toMatch(new RegExp(`→ web\\.\\d +host\\d +move +moves from ${home}`));
    expect(drain.all).toMatch(/a replica cannot leave a drained host[\s\S]*store\.1 on[\s\S]*1 drained/);
    expect(without.stdout, without.all).toMatch(/\+ web\.\d +host\d +create/);
    expect(rebalance.stdout, rebalance.all).toMatch(/web\.\d +host\d +spare +web: 2 → 1/);
    expect(explain.stdout, explain.all).toMatch(/Hosts for web\n.*\nhost1 +\d +stays/);
    expect(taken.exitCode, taken.all).toBe(0);
    const against = await cli('plan', '--against', snapshot, '--drain', first, '--json');
    const moves = JSON.parse(against.stdout).changes.filter((c: { action: string }) => c.action === 'move');
    expect(moves.map((c: { resource: string }) => c.resource)).toEqual(
      ordinals(before.filter((one) => one.endsWith(first))),
    );
    expect(await replicas(lab)).toEqual(before);
  });

  test('a drain from another machine moves a service under traffic, and none is missing at any time', async () => {
    const recorder = recordReady(lab, 'web');
    const traffic = await lab.traffic([home, second].map((h) => `http://${lab.host(h).address}:8080/`));
    const args = ['hosts', 'drain', first, '--stack', 'harbour', '--reason', 'new disks', '--yes'];
    const drained = await lab.cli(args, { cwd: elsewhere });
    const [seen, fewest] = await Promise.all([traffic.stop(), recorder.stop()]);
    expect(drained.exitCode, drained.all).toBe(0);
    expect(drained.stdout).toContain('web never below 4 of 4 ready');
    expect(drained.stdout).toContain(`No replica is left on ${first}.`);
    expect(seen).toMatchObject({ failed: 0 });
    expect(fewest).toBe(4);
    expect(await replicas(lab, [first])).toEqual([]);
    expect(ordinals(await replicas(lab))).toEqual(ALL);
  });

  test('the mark is seen from every machine, and is in no plan’s way', async () => {
    const hosts = await cli('hosts');
    expect(hosts.stdout, hosts.all).toMatch(new RegExp(`${first} +drained`));
    expect(hosts.stdout).toMatch(new RegExp(`${first} is drained: .* By \\S+@\\S+: new disks`));
    await planIsEmpty();
    const opened = await lab.cli(['hosts', 'uncordon', first], { cwd: elsewhere });
    expect(opened.stdout, opened.all).toContain(`${first} is no longer drained`);
  });

  test('a host that is off is left out by name; its data is waited for, and nothing runs twice when it is back', async () => {
    await lab.off(home);
    const [refused, applied] = await Promise.all([cli('plan'), cli('apply', '--without', home, '--yes')]);
    expect(refused.exitCode, refused.all).toBe(1);
    expect(refused.stderr).toContain(`--without ${home}`);
    expect(applied.exitCode, applied.all).toBe(0);
    expect(applied.stderr).toMatch(new RegExp(`a replica waits for its host[\\s\\S]*store\\.1 on ${home}`));
    expect(ordinals(await replicas(lab, [first, second]))).toEqual(ALL.filter((one) => one !== 'store.1'));
    await lab.on(home);
    const merged = await cli('apply', '--yes');
    expect(merged.exitCode, merged.all).toBe(0);
    expect(ordinals(await replicas(lab))).toEqual(ALL);
    await planIsEmpty();
  });

  test('what cannot leave stays, is named, and makes the exit code 1', async () => {
    const drained = await lab.cli(['hosts', 'drain', home, '--all-stacks', '--yes'], { cwd: elsewhere });
    expect(drained.exitCode, drained.all).toBe(1);
    expect(drained.stderr).toMatch(/the host is drained, and not empty[\s\S]*harbour {2}store\.1/);
    expect(await replicas(lab, [home])).toEqual([`store.1 ${home}`]);
    await planIsEmpty();
    const opened = await cli('hosts', 'uncordon', home, '--json');
    expect(JSON.parse(opened.stdout)).toEqual({ host: home, cordoned: false, drained: false });
  });
});
