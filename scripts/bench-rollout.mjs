// Rollouts under load on real engines: npm run bench:rollout -- [--rolling N] [--blue-green N] [--canary N] [--failures N]
//   [--undo N] [--hosts 1,3] [--rate N] [--lab DIR] [--cli FILE] [--json FILE]
// Each rollout exchanges three replicas behind the gateway while half of the load comes on keep-alive connections and
// half on fresh ones. Exits 1 when a request failed, or fewer replicas were ready than the plan promised.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openLab } from './lib/rollout-lab.mjs';

const number = { type: 'string' };
const { values } = parseArgs({
  options: {
    rolling: number,
    'blue-green': number,
    canary: number,
    failures: number,
    undo: number,
    hosts: { type: 'string', default: '1,3' },
    rate: { type: 'string', default: '200' },
    lab: { type: 'string', default: join(tmpdir(), 'stowage-bench-rollout') },
    cli: { type: 'string', default: fileURLToPath(new URL('../bin/run.cjs', import.meta.url)) },
    json: { type: 'string' },
  },
});
const count = (name, fallback) => Number(values[name] ?? fallback);
const PORT = 8080;
const PROMISE = /never below (\d+) of/;

const ROLLOUTS = {
  rolling: {},
  'blue-green': { strategy: 'blue-green' },
  canary: { strategy: 'canary', canary: [{ weight: 10 }, { pause: '1s' }, { weight: 50 }] },
};
/** What is wrong with a release that has to be taken back. */
const FAILURES = {
  bad: 'never healthy',
  dies: 'healthy, then exits',
  slowest: 'hangs at the start',
  crash: 'exits at once',
};

function workspace(hosts, rollout) {
  const directory = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
  const inventory = hosts.map((h) => `${h.name}: ssh://${h.name}`).join(', ');
  writeFileSync(join(directory, 'stowage.yaml'), `stack: bench\nhosts: { ${inventory} }\n`);
  const compose = {
    services: {
      web: {
        image: '${IMAGE}',
        ports: [`${PORT}:8080`],
        environment: { START_DELAY: '${START_DELAY:-0}' },
        deploy: { replicas: 3 },
        'x-stowage': { rollout: { 'progress-deadline': '20s', ...rollout } },
      },
    },
  };
  writeFileSync(join(directory, 'compose.yaml'), JSON.stringify(compose, null, 2));
  return directory;
}

const rows = [];
let isBad = false;

function report(row) {
  rows.push(row);
  isBad ||= row.failed > 0 || row.wrong > 0 || row.belowPromise > 0;
  const seconds = row.rollouts === 0 ? 0 : row.ms / row.rollouts / 1000;
  console.log(
    [
      row.what.padEnd(34),
      `${row.hosts} host${row.hosts > 1 ? 's' : ' '}`,
      `${row.rollouts} rollouts`.padStart(13),
      `${row.requests} requests`.padStart(16),
      `${row.failed} failed`.padStart(9),
      `${row.belowPromise} below promise`.padStart(16),
      `${row.wrong} wrong exit`.padStart(13),
      `${seconds.toFixed(1)} s each`.padStart(12),
      row.note ?? '',
    ].join('  '),
  );
  if (row.failures?.length > 0) console.log(JSON.stringify(row.failures.slice(0, 5)));
}

/** Releases one after the other under load. `release(i)` gives the environment of the i-th and the exit code it must have. */
async function series(lab, what, directory, rollouts, release) {
  if (rollouts === 0) return;
  const urls = lab.hosts.map((h) => `http://${h.address}:${PORT}/`);
  const slow = { url: `http://${lab.hosts[0].address}:${PORT}/slow?3000`, every: 1000 };
  const stopLoad = await lab.load({ urls, perSecond: Number(values.rate), keepAlive: 12, long: slow });
  const row = { what, hosts: lab.hosts.length, rollouts, wrong: 0, belowPromise: 0, ms: 0 };
  for (let i = 0; i < rollouts; i++) {
    const { env, exitCode } = release(i);
    const stopRecord = lab.record('web');
    const result = await lab.stowage(['apply', '--yes'], directory, env);
    const fewest = await stopRecord();
    const promised = Number(PROMISE.exec(result.output)?.[1] ?? 0);
    row.ms += result.ms;
    if (fewest < promised) row.belowPromise += 1;
    if (result.exitCode !== exitCode) {
      row.wrong += 1;
      console.log(result.output.slice(-3000));
    }
  }
  const load = await stopLoad();
  report({
    ...row,
    requests: load.requests + load.long.requests,
    failed: load.failed + load.long.failed,
    failures: load.failures,
    note: `p50 ${load.p50Ms} ms, p99 ${load.p99Ms} ms, ${load.long.requests} long`,
  });
}

async function onHosts(hostCount) {
  const lab = await openLab(values.lab, hostCount, values.cli);
  const share = (name, fallback) => Math.ceil(count(name, fallback) / values.hosts.split(',').length);
  for (const [strategy, rollout] of Object.entries(ROLLOUTS)) {
    const rollouts = share(strategy, strategy === 'rolling' ? 50 : 20);
    if (rollouts === 0) continue;
    await lab.empty();
    const directory = workspace(lab.hosts, rollout);
    await expectDone(lab.stowage(['apply', '--yes'], directory, { IMAGE: 'web:1' }));
    await series(lab, strategy, directory, rollouts, (i) => ({ env: { IMAGE: `web:${2 - (i % 2)}` }, exitCode: 0 }));
  }
  await failures(lab, share('failures', 8));
  await canaryShare(lab, count('canary', 20));
  await undo(lab, count('undo', 3));
  await compose(lab);
}

async function failures(lab, each) {
  if (each === 0) return;
  for (const strategy of ['rolling', 'blue-green']) {
    await lab.empty();
    const directory = workspace(lab.hosts, { ...ROLLOUTS[strategy], monitor: '3s' });
    await expectDone(lab.stowage(['apply', '--yes'], directory, { IMAGE: 'web:1' }));
    const releases = Object.values(FAILURES);
    await series(lab, `${strategy}, taken back`, directory, each, (i) => ({
      env: releases[i % releases.length],
      exitCode: 3,
    }));
  }
}

/** A paused canary of 10 %: what part of the requests it gets. */
async function canaryShare(lab, rollouts) {
  if (rollouts === 0) return;
  await lab.empty();
  const directory = workspace(lab.hosts, { strategy: 'canary', canary: [{ weight: 10 }, { pause: 'until-promoted' }] });
  await expectDone(lab.stowage(['apply', '--yes'], directory, { IMAGE: 'web:1' }));
  await expectDone(lab.stowage(['apply', '--yes'], directory, { IMAGE: 'web:2' }));
  const urls = lab.hosts.map((h) => `http://${h.address}:${PORT}/`);
  const stopLoad = await lab.load({ urls, perSecond: Number(values.rate), keepAlive: 12 });
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const load = await stopLoad();
  const percent = (100 * (load.answers['2'] ?? 0)) / load.requests;
  isBad ||= Math.abs(percent - 10) > 2;
  const row = { what: 'canary of 10 %', hosts: lab.hosts.length, rollouts: 1, wrong: 0, belowPromise: 0, ms: 20_000 };
  report({
    ...row,
    requests: load.requests,
    failed: load.failed,
    failures: load.failures,
    note: `${percent.toFixed(2)} % of the requests`,
  });
  await expectDone(lab.stowage(['rollout', 'promote', '--yes'], directory, { IMAGE: 'web:2' }));
}

/** Ten workloads go back, with their images there: the time of the whole command beside that of its longest chain of steps. */
async function undo(lab, rollouts) {
  if (rollouts === 0) return;
  await lab.empty();
  const directory = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
  const inventory = lab.hosts.map((h) => `${h.name}: ssh://${h.name}`).join(', ');
  writeFileSync(join(directory, 'stowage.yaml'), `stack: ten\nhosts: { ${inventory} }\n`);
  const services = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [`app${i}`, { image: 'web:${TAG}', deploy: { replicas: 1 } }]),
  );
  writeFileSync(join(directory, 'compose.yaml'), JSON.stringify({ services }));
  for (const TAG of ['1', '2']) await expectDone(lab.stowage(['apply', '--yes'], directory, { TAG }));
  const ratios = [];
  let ms = 0;
  for (let i = 0; i < rollouts; i++) {
    const result = await expectDone(lab.stowage(['rollout', 'undo', '--yes', '--json'], directory));
    ms += result.ms;
    ratios.push(result.ms / longestChain(result.output));
  }
  const worst = Math.max(...ratios);
  const note = `command / its longest chain of engine calls: ${ratios.map((r) => r.toFixed(2)).join(', ')}`;
  const row = { what: 'undo of 10 workloads', hosts: lab.hosts.length, rollouts, wrong: 0, belowPromise: 0, ms };
  report({ ...row, requests: 0, failed: 0, note });
  isBad ||= worst > 1.2;
}

/** Milliseconds of the steps that follow each other, waits for health included. */
function longestChain(output) {
  const events = output
    .split('\n')
    .flatMap((line) => (line.startsWith('{"type":"step.done"') ? [JSON.parse(line)] : []));
  const ends = new Map();
  for (const { step, durationMs } of events) {
    ends.set(step.id, durationMs + Math.max(0, ...step.after.map((id) => ends.get(id) ?? 0)));
  }
  return Math.max(...ends.values());
}

/** The same application and load under `docker compose up`, where it is installed. */
async function compose(lab) {
  const [host] = lab.hosts;
  if (!(await lab.hasCompose())) {
    console.log('docker compose up                   not installed here: not measured');
    return;
  }
  await lab.empty();
  const directory = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
  const file = { services: { web: { image: 'web:${TAG}', ports: [`${PORT}:8080`] } } };
  writeFileSync(join(directory, 'compose.yaml'), JSON.stringify(file));
  const up = (TAG) =>
    lab.docker(host, ['compose', 'up', '-d', '--wait'], { cwd: directory, env: { ...process.env, TAG } });
  await up('1');
  const stopLoad = await lab.load({
    urls: [`http://${host.address}:${PORT}/`],
    perSecond: Number(values.rate),
    keepAlive: 12,
  });
  const begun = performance.now();
  for (let i = 0; i < 5; i++) await up(String(2 - (i % 2)));
  const ms = performance.now() - begun;
  const load = await stopLoad();
  console.log(
    `docker compose up                   1 host    5 updates  ${load.requests} requests  ${load.failed} failed  ${(ms / 5000).toFixed(1)} s each`,
  );
  await lab.docker(host, ['compose', 'down'], { cwd: directory, env: { ...process.env, TAG: '1' } });
}

async function expectDone(running) {
  const result = await running;
  if (result.exitCode !== 0) throw new Error(`exit code ${result.exitCode}:\n${result.output}`);
  return result;
}

for (const hosts of values.hosts.split(',').map(Number)) await onHosts(hosts);
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
process.exitCode = isBad ? 1 : 0;
