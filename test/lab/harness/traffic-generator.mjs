// Asks the given URLs in turn at a steady rate, each time on a new connection, until stdin ends; then prints what
// happened as JSON (see Traffic in traffic.ts).  node traffic-generator.mjs PER_SECOND TIMEOUT_MS URL…
import { get } from 'node:http';

const [perSecond, timeoutMs, ...urls] = process.argv.slice(2);
const report = { requests: 0, failed: 0, failures: [], statuses: {}, answers: {}, slowestMs: 0 };
const pending = new Set();
let next = 0;

const count = (table, key) => {
  table[key] = (table[key] ?? 0) + 1;
};

function ask() {
  const url = urls[next++ % urls.length];
  const begun = Date.now();
  const outgoing = get(url, { agent: false, timeout: Number(timeoutMs) });
  const end = (problem, status, body) => {
    if (!pending.delete(outgoing)) return;
    report.requests += 1;
    report.slowestMs = Math.max(report.slowestMs, Date.now() - begun);
    if (status) count(report.statuses, status);
    if (body) count(report.answers, body.split(/\s/, 1)[0]);
    if (!problem) return;
    report.failed += 1;
    if (report.failures.length < 50) report.failures.push({ at: new Date(begun).toISOString(), url, problem });
  };
  pending.add(outgoing);
  outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')));
  outgoing.on('error', (error) => end(error.code ?? error.message));
  outgoing.on('response', (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => {
      body += chunk;
    });
    response.on('error', (error) => end(error.code ?? error.message));
    response.on('end', () =>
      end(response.statusCode < 400 ? undefined : `status ${response.statusCode}`, response.statusCode, body),
    );
  });
}

const timer = setInterval(ask, 1000 / Number(perSecond));
process.stdout.write('ready\n');
process.stdin.resume();
process.stdin.on('end', async () => {
  clearInterval(timer);
  while (pending.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
});
