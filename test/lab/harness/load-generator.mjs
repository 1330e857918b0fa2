// Constant load on keep-alive and on fresh connections until stdin ends; then prints what happened as JSON.
//   node load-generator.mjs '{"urls":["http://…"],"perSecond":100,"keepAlive":8,"timeoutMs":5000,"long":{"url":…,"every":MS}}'
// `keepAlive` clients share half of the rate, each on one connection it never gives up; the other half connects anew
// each time. A request fails when it gets no whole answer, or a status of 400 and above. Nothing is tried twice.
import { Agent, get } from 'node:http';

const { urls, perSecond = 100, keepAlive = 8, timeoutMs = 10_000, long } = JSON.parse(process.argv[2]);
const report = { requests: 0, failed: 0, failures: [], answers: {}, long: { requests: 0, failed: 0 }, slowestMs: 0 };
const pending = new Set();
const latencies = [];
let stopping = false;
let next = 0;

function ask(url, agent, kind, done = () => {}) {
  const begun = performance.now();
  const outgoing = get(url, { agent, timeout: kind === 'long' ? 120_000 : timeoutMs });
  const reused = () => (outgoing.reusedSocket ? 'reused' : 'fresh');
  const end = (problem, body) => {
    if (!pending.delete(outgoing)) return;
    const ms = performance.now() - begun;
    if (kind === 'long') {
      report.long.requests += 1;
      if (problem) report.long.failed += 1;
    } else {
      report.requests += 1;
      latencies.push(ms);
      report.slowestMs = Math.max(report.slowestMs, Math.round(ms));
      const word = problem ? undefined : body.split(/\s/, 1)[0];
      if (word) report.answers[word] = (report.answers[word] ?? 0) + 1;
      if (problem) report.failed += 1;
    }
    if (problem && report.failures.length < 50) {
      report.failures.push({
        at: new Date().toISOString(),
        url,
        kind: `${kind} ${reused()}`,
        problem,
        ms: Math.round(ms),
      });
    }
    done();
  };
  pending.add(outgoing);
  outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')));
  outgoing.on('error', (error) => end(error.code ?? error.message));
  outgoing.on('response', (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    response.on('aborted', () => end('answer broke off'));
    response.on('error', (error) => end(error.code ?? error.message));
    response.on('end', () => end(response.statusCode < 400 ? undefined : `status ${response.statusCode}`, body));
  });
}

const url = () => urls[next++ % urls.length];
const each = (1000 * 2) / perSecond;
const timers = [setInterval(() => ask(url(), false, 'fresh'), each)];

function keepAliveClient(index) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const mine = urls[index % urls.length];
  const again = () => {
    if (stopping) return agent.destroy();
    setTimeout(() => (stopping ? agent.destroy() : ask(mine, agent, 'keep-alive', again)), each * keepAlive);
  };
  setTimeout(again, each * index);
}
for (let i = 0; i < keepAlive; i++) keepAliveClient(i);
if (long) timers.push(setInterval(() => ask(long.url, false, 'long'), long.every));

process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.on('end', async () => {
  stopping = true;
  timers.forEach(clearInterval);
  while (pending.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  latencies.sort((a, b) => a - b);
  const at = (share) => Math.round((latencies[Math.floor(latencies.length * share)] ?? 0) * 10) / 10;
  Object.assign(report, { p50Ms: at(0.5), p99Ms: at(0.99), slowestMs: report.slowestMs });
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
});
