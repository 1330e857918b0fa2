/**
 * `stowage apply` of 20 containers beside a script that makes the same network, create and start calls with all of them
 * at once and nothing else, over one SSH login of its own (bench/floor.mjs). Both are timed as commands, from start to end
 * of the process. Ours is measured twice: the first apply of a stack, and the same again after a destroy, when there is a
 * history to read. Then 60 containers on three hosts, and the SSH logins of an apply. Needs a machine that can run the lab
 * (Linux, root).
 *
 *   npm run bench:apply [-- RUNS]
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withBenchLab } from './lib/bench-lab.mjs';
import { ROOT } from './lib/prepare.mjs';
import { median, report } from './lib/results.mjs';

const RUNS = Number(process.argv[2] ?? 5);
const COUNT = 20;
const IMAGE = 'web:nocheck';
/** An engine goes on tidying up after containers were removed: each measurement begins when it is quiet again. */
const REST_MS = 2000;
const FLOOR = join(ROOT, 'scripts', 'bench', 'floor.mjs');
const HOSTS = ['host1', 'host2', 'host3'];

/** The milliseconds of one apply, and its events. */
async function apply(lab) {
  await sleep(REST_MS);
  const { ms, text } = lab.stowage('apply', '--yes', '--json');
  const lines = text.trim().split('\n');
  return { ms, events: lines.map((line) => JSON.parse(line)) };
}

function destroy(lab) {
  lab.stowage('destroy', '--yes');
}

/** The milliseconds of the script, and those of its calls alone. */
async function floor(lab) {
  await sleep(REST_MS);
  const script = [FLOOR, lab.address('host1'), lab.key, String(COUNT)];
  const { ms, text } = lab.node([...script, IMAGE]);
  lab.node(script);
  return { total: ms, calls: Number(text) };
}

/** Share of the time in which any host worked that all of them did. */
function overlap(events) {
  const spans = HOSTS.map((host) => {
    const done = events.filter((e) => e.type === 'step.done' && e.step.host === host && e.step.kind !== 'health.wait');
    return { from: Math.min(...done.map((e) => e.atMs - e.durationMs)), to: Math.max(...done.map((e) => e.atMs)) };
  });
  const all = Math.min(...spans.map((s) => s.to)) - Math.max(...spans.map((s) => s.from));
  return all / (Math.max(...spans.map((s) => s.to)) - Math.min(...spans.map((s) => s.from)));
}

function milliseconds(value) {
  return `${Math.round(value)} ms`;
}

async function oneHost(lab) {
  const first = [];
  const again = [];
  const script = [];
  for (let run = 0; run <= RUNS; run++) {
    lab.project(`bench${run}`, ['host1'], COUNT, IMAGE);
    const before = lab.logins('host1');
    const applied = (await apply(lab)).ms;
    const logins = lab.logins('host1') - before;
    destroy(lab);
    const { total, calls } = await floor(lab);
    const reapplied = (await apply(lab)).ms;
    destroy(lab);
    const times = `first apply ${milliseconds(applied)}, again ${milliseconds(reapplied)}`;
    console.log(
      `${run === 0 ? 'warm-up' : `run ${run}`}: ${times}, script ${milliseconds(total)} (its calls ${milliseconds(calls)})`,
    );
    if (run === 0) {
      report({
        what: 'SSH logins of an apply of 20 containers',
        measured: String(logins),
        target: '1',
        isMet: logins === 1,
      });
      continue;
    }
    first.push(applied);
    again.push(reapplied);
    script.push(total);
  }
  compare(`first apply of ${COUNT} containers on one host`, first, script);
  compare('the same after a destroy', again, script);
  return median(first);
}

function compare(what, ours, script) {
  for (const [how, of] of [
    ['median', median],
    ['fastest', (values) => Math.min(...values)],
  ]) {
    const ratio = of(ours) / of(script);
    report({
      what: `${what}, ${how} of ${RUNS}`,
      measured: milliseconds(of(ours)),
      floor: `script ${milliseconds(of(script))}`,
      ratio,
      target: 'at most 1.15×',
      isMet: ratio <= 1.15,
    });
  }
}

async function threeHosts(lab, one) {
  const times = [];
  let shared = 0;
  for (let run = 0; run < Math.min(3, RUNS); run++) {
    lab.project('bench3', HOSTS, COUNT * HOSTS.length, IMAGE, ', network_mode: bridge');
    const { ms, events } = await apply(lab);
    times.push(ms);
    shared = Math.max(shared, overlap(events));
    destroy(lab);
  }
  const ratio = median(times) / one;
  report({
    what: 'apply of 60 containers on three hosts of one machine',
    measured: milliseconds(median(times)),
    floor: `one host, 20: ${milliseconds(one)}`,
    ratio,
    target: 'at most 3× (one machine)',
    isMet: ratio <= 3,
  });
  const percent = Math.round(shared * 100);
  report({
    what: 'all three hosts at work at once',
    measured: `${percent} %`,
    target: 'most of the time',
    isMet: percent > 50,
  });
}

await withBenchLab(3, async (lab) => {
  for (const host of HOSTS) lab.run('in', host, 'docker', 'pull', '-q', IMAGE);
  await threeHosts(lab, await oneHost(lab));
});
