/**
 * `stowage plan` with nothing to do: 100 containers over three hosts, over SSH. Counts the API calls of each host as the
 * process makes them. Needs a machine that can run the lab (Linux, root).
 *
 *   npm run bench:plan [-- RUNS]
 */
import { readFileSync } from 'node:fs';
import { withBenchLab } from './lib/bench-lab.mjs';
import { median, report } from './lib/results.mjs';

const RUNS = Number(process.argv[2] ?? 9);
const HOSTS = ['host1', 'host2', 'host3'];
const COUNT = 100;
/** The tag of an image is looked up once for all hosts, by one of them. */
const LOOK_UP = /^(\/v[\d.]+)?\/distribution\//;

function callsOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const calls = lines.map((line) => JSON.parse(line));
  const state = calls.filter(({ path }) => !LOOK_UP.test(path));
  const perHost = HOSTS.map((_, host) => state.filter((call) => call.host === host).length);
  return {
    perHost,
    lookUps: calls.length - state.length,
    writes: calls.filter(({ method }) => method !== 'GET').length,
  };
}

await withBenchLab(HOSTS.length, async (lab) => {
  lab.project('bench', HOSTS, 10, 'web:nocheck', `, network_mode: bridge, deploy: { replicas: ${COUNT / 10} }`);
  lab.stowage('apply', '--yes');
  const { text, file } = lab.traced('plan');
  if (!/^No changes/m.test(text)) throw new Error(`the plan is not empty:\n${text}`);
  const { perHost, lookUps, writes } = callsOf(file);
  const times = Array.from({ length: RUNS }, () => lab.stowage('plan').ms);
  const bare = Array.from({ length: RUNS }, () => lab.node(['-e', '0']).ms);
  report({
    what: `no-op plan of ${COUNT} containers, three hosts: calls a host`,
    measured: perHost.join(', '),
    floor: `look-ups of tags: ${lookUps}`,
    target: 'at most 6',
    isMet: Math.max(...perHost) <= 6 && writes === 0,
  });
  report({
    what: `no-op plan of ${COUNT} containers, three hosts, median of ${RUNS}`,
    measured: `${Math.round(median(times))} ms`,
    floor: `node -e 0: ${Math.round(median(bare))} ms`,
    ratio: median(times) / median(bare),
    target: 'under 1500 ms',
    isMet: median(times) < 1500,
  });
  lab.stowage('destroy', '--yes');
});
