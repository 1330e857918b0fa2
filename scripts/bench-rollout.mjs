// Rollouts under load on real engines: npm run bench:rollout -- [--only NAME,…] [--rounds N] [--hosts 1,3] [--rate N]
//   [--lab DIR] [--cli FILE] [--json FILE]
// Names: rolling, blue-green, canary, taken-back, share, undo, compose. Without --rounds it is the full series: 50, 20, 20 and
// 10 rollouts for each number of hosts. Each exchanges three replicas behind the gateway while half of the load comes on
// keep-alive connections and half on fresh ones, beside requests that take 3 s and upgraded connections that last as long.
// Exits 1 when a request failed, an exit code was wrong, or fewer replicas were ready than the plan promised. --json appends
// one line for each row.
import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { canaryShare } from './bench/rollout/canary-share.mjs';
import { composeUp } from './bench/rollout/compose-up.mjs';
import { STRATEGIES, strategySeries, takenBack } from './bench/rollout/series.mjs';
import { undo } from './bench/rollout/undo.mjs';
import { openLab } from './lib/rollout-lab.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    hosts: { type: 'string', default: '1,3' },
    rate: { type: 'string', default: '200' },
    lab: { type: 'string', default: join(tmpdir(), 'stowage-bench-rollout') },
    cli: { type: 'string', default: fileURLToPath(new URL('../bin/run.cjs', import.meta.url)) },
    json: { type: 'string' },
  },
});

/** Name → how many rollouts the full series has, and what does them. */
const PARTS = {
  ...Object.fromEntries(
    Object.keys(STRATEGIES).map((name) => [
      name,
      [name === 'rolling' ? 50 : 20, (lab, settings) => strategySeries(lab, name, settings)],
    ]),
  ),
  'taken-back': [10, takenBack],
  share: [1, canaryShare],
  undo: [5, undo],
  compose: [5, composeUp],
};

const COLUMNS = [
  ['what', (r) => r.what.padEnd(40)],
  ['hosts', (r) => `${r.hosts} host${r.hosts > 1 ? 's' : ' '}`],
  ['rollouts', (r) => `${r.rollouts} rollouts`.padStart(12)],
  ['requests', (r) => `${r.requests} requests`.padStart(16)],
  ['failed', (r) => `${r.failed} failed`.padStart(9)],
  ['belowPromise', (r) => `${r.belowPromise} below promise`.padStart(16)],
  ['wrong', (r) => `${r.wrong} wrong exit`.padStart(13)],
  ['ms', (r) => `${(r.ms / 1000).toFixed(1)} s each`.padStart(12)],
  ['note', (r) => r.note ?? ''],
];

let isBad = false;

/** @param row `{what, hosts, rollouts, requests, failed, belowPromise, wrong, ms: of each, note, failures, isBad, isOther}` */
function report(row) {
  isBad ||= row.isBad || (!row.isOther && (row.failed > 0 || row.wrong > 0 || row.belowPromise > 0));
  console.log(COLUMNS.map(([, text]) => text(row)).join('  '));
  if (row.failures?.length > 0) console.log(JSON.stringify(row.failures.slice(0, 5)));
  if (values.json) appendFileSync(values.json, `${JSON.stringify(row)}\n`);
}

const names = values.only?.split(',') ?? Object.keys(PARTS);
const unknown = names.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);
for (const hosts of values.hosts.split(',').map(Number)) {
  const lab = await openLab(values.lab, hosts, values.cli);
  for (const name of names) {
    const [full, part] = PARTS[name];
    await part(lab, { rounds: Number(values.rounds ?? full), rate: Number(values.rate), report });
  }
  await lab.empty();
}
process.exitCode = isBad ? 1 : 0;
