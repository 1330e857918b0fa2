import { exponent, measure, request } from './bench.ts';

/** The limits the scheduler has to keep. */
const LIMITS = { largeMs: 3000, largeBytes: 1024 ** 3, smallMs: 10 };
const MIB = 1024 ** 2;

function line(name: string, { ms, placed, unplaced }: ReturnType<typeof measure>): void {
  console.log(`${name.padEnd(44)} ${ms.toFixed(1).padStart(8)} ms   ${placed} placed, ${unplaced} not`);
}

measure(request(1000, 100), 3);
const small = measure(request(100, 10), 20);
line('100 replicas on 10 hosts', small);
const large = measure(request(10_000, 1000), 3);
line('10,000 replicas on 1,000 hosts', large);
const kinds = [
  'Swarm, spread over two labels',
  'Swarm, constraint and max per host',
  'Kubernetes, topology spread',
  'Kubernetes, affinities',
];
kinds.forEach((kind, i) => {
  line(`  only ${kind}`, measure(request(10_000, 1000, i), 1));
});
const byReplicas = [1250, 2500, 5000, 10_000].map((n) => measure(request(n, 1000), 5).cpuMs);
const byHosts = [125, 250, 500, 1000].map((n) => measure(request(1250, n), 5).cpuMs);
const byBoth = [125, 250, 500, 1000].map((n) => measure(request(10 * n, n), 5).cpuMs);
const of = (times: readonly number[]) => exponent(times[0] ?? 0, times[times.length - 1] ?? 0, 8).toFixed(2);
console.log(
  `growth with replicas (1,000 hosts):       n^${of(byReplicas)}   ${byReplicas.map(Math.round).join(', ')} ms of CPU`,
);
console.log(
  `growth with hosts (1,250 replicas):       n^${of(byHosts)}   ${byHosts.map(Math.round).join(', ')} ms of CPU`,
);
console.log(
  `growth with both (10 replicas per host):  n^${of(byBoth)}   ${byBoth.map(Math.round).join(', ')} ms of CPU`,
);
const peak = process.resourceUsage().maxRSS * 1024;
console.log(`peak memory of the process: ${Math.round(peak / MIB)} MiB`);
const failed = large.ms > LIMITS.largeMs || peak > LIMITS.largeBytes || small.ms > LIMITS.smallMs;
console.log(failed ? 'over the limits' : 'within the limits');
process.exitCode = failed ? 1 : 0;
