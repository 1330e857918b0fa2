/**
 * How long the CLI takes to start, as multiples of `node -e 0` in the same interleaved run: only ratios are
 * comparable between machines, and only within one run on a loaded one.
 *
 *   node scripts/bench-startup.mjs [--runs N] [--host ADDRESS]
 *
 * With --host (an engine that may be written to, e.g. unix:///var/run/docker.sock) a stack of 20 services is
 * applied first, and a plan with nothing to do is measured, less the time of its own API calls.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { report as note } from './lib/results.mjs';

const BIN = fileURLToPath(new URL('../bin/run.cjs', import.meta.url));
const SERVICES = 20;
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '25' },
    host: { type: 'string' },
    image: { type: 'string', default: 'nginx' },
  },
});
const runs = Number(values.runs);
const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
// With it bare Node 20 starts 2.8 times slower, which hides everything else.
const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), NODE_EXTRA_CA_CERTS: undefined };

/** The service file of the benchmark: 20 services with environment, labels, ports and dependencies. */
function composeFile(image) {
  const service = (i) => `  service-${i}:
    image: ${image}
    environment: { LOG_LEVEL: info, PORT: "8080", PEER: service-${(i % SERVICES) + 1} }
    labels: { tier: "${i % 3}" }
    networks: [front${i % 2 ? ', back' : ''}]
    expose: ["8080"]${i > 1 ? `\n    depends_on: [service-${i - 1}]` : ''}
    deploy: { resources: { limits: { memory: 64m } } }
`;
  const services = Array.from({ length: SERVICES }, (_, i) => service(i + 1)).join('');
  return `name: bench-startup\nservices:\n${services}networks: { front: {}, back: {} }\n`;
}

function once(args) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
  const milliseconds = performance.now() - begun;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}\n${stderr}`);
  return milliseconds;
}

/** Milliseconds of each case, all cases taking turns: the median and the fastest. */
function measure(cases) {
  const times = new Map(cases.map(({ name }) => [name, []]));
  for (const { args } of cases) for (let i = 0; i < 2; i++) once(args);
  for (let i = 0; i < runs; i++) for (const { name, args } of cases) times.get(name).push(once(args));
  return new Map([...times].map(([name, list]) => [name, summary(list)]));
}

function summary(times) {
  const sorted = times.sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], fastest: sorted[Math.floor(sorted.length / 10)] };
}

/** Milliseconds that the calls of a plan take by themselves, in a process that is up already. */
async function apiMilliseconds(socketPath) {
  const { request, Agent } = await import('node:http');
  const agent = new Agent({ keepAlive: true });
  const get = (path) =>
    new Promise((resolve, reject) => {
      request({ socketPath, path, agent }, (answer) => answer.resume().on('end', resolve).on('error', reject))
        .on('error', reject)
        .end();
    });
  const paths = ['/info', '/containers/json?all=1', '/networks', '/volumes', '/images/json'];
  const times = [];
  for (let i = 0; i < runs; i++) {
    const begun = performance.now();
    await get('/_ping');
    await get('/containers/stowage-ledger-bench-startup/archive?path=%2Fledger%2Fdocs');
    await Promise.all(paths.map(get));
    await get(`/distribution/${values.image}/json`);
    times.push(performance.now() - begun);
  }
  agent.destroy();
  return summary(times);
}

/** On a loaded machine the fastest tenth says more than the median. */
const judged = loadavg()[0] > availableParallelism() ? 'fastest' : 'median';

function report(name, { median, fastest }, limit) {
  const figure = judged === 'fastest' ? fastest : median;
  process.stdout.write(`${name.padEnd(28)} ${median.toFixed(2).padStart(7)} ${fastest.toFixed(2).padStart(7)}\n`);
  if (limit === undefined) return;
  note({
    what: `${name.trim()}, ${judged} of ${runs}`,
    measured: `${figure.toFixed(2)}×`,
    floor: 'node -e 0',
    ratio: figure,
    target: `at most ${limit}×`,
    isMet: figure <= limit,
  });
}

function ratio(times, base) {
  return { median: times.median / base.median, fastest: times.fastest / base.fastest };
}

async function main() {
  writeFileSync(join(folder, 'compose.yaml'), composeFile(values.image));
  const cli = (...args) => [BIN, ...args];
  const host = values.host === undefined ? [] : ['--host', values.host];
  const cases = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: '--version', args: cli('--version'), limit: 2.5 },
    { name: '--help', args: cli('--help'), limit: 2.5 },
    { name: 'autocomplete', args: cli('autocomplete', 'bash') },
    { name: 'validate, 20 services', args: cli('validate') },
    { name: 'config, 20 services', args: cli('config') },
    ...(values.host === undefined ? [] : [{ name: 'plan, nothing to do', args: cli('plan', ...host) }]),
  ];
  const { commands } = JSON.parse(readFileSync(new URL('../dist/build.json', import.meta.url), 'utf8'));
  const known = cases.filter(
    ({ args }) => args[0] !== BIN || args[1].startsWith('-') || commands.some(({ id }) => id === args[1]),
  );
  if (values.host !== undefined) once(cli('apply', '--yes', ...host));
  const times = measure(known);
  const base = times.get('node -e 0');
  process.stdout.write(
    `node -e 0: ${base.median.toFixed(1)} ms, fastest ${base.fastest.toFixed(1)}; in multiples of it,\n`,
  );
  process.stdout.write(`of ${runs} runs, judged by the ${judged}:    median fastest\n`);
  for (const { name, limit } of known.slice(1)) report(name, ratio(times.get(name), base), limit);
  if (values.host === undefined) {
    process.stdout.write('plan, nothing to do: skipped, give --host unix:///var/run/docker.sock\n');
    return;
  }
  const plan = times.get('plan, nothing to do');
  const api = await apiMilliseconds(values.host.replace(/^unix:\/\//, ''));
  report('  its API calls', ratio(api, base));
  report(
    'plan, nothing to do, less its API calls',
    ratio({ median: plan.median - api.median, fastest: plan.fastest - api.fastest }, base),
    4,
  );
  once(cli('destroy', '--yes', ...host));
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
