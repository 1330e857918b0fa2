// Constant load on keep-alive and on fresh connections until stdin ends; then prints what happened as JSON.
//   node load-generator.mjs '{"urls":["http://…"],"perSecond":100,"keepAlive":8,"timeoutMs":5000,"host":NAME,
//     "long":{"url":…,"every":MS},"upgrade":{"url":…,"every":MS,"forMs":MS}}'
// `keepAlive` clients share half of the rate, each on one connection it never gives up; the other half connects anew
// each time. A request fails when it gets no whole answer, or a status of 400 and above. Nothing is tried twice.
// `upgrade` opens WebSockets' connections that have to echo for as long as said. `host` is the
// name asked for, also in TLS, whose certificates are not checked.
import http from 'node:http';
import https from 'node:https';

const settings = JSON.parse(process.argv[2]);
const { urls, perSecond = 100, keepAlive = 8, timeoutMs = 10_000, long, upgrade, host } = settings;
const report = { requests: 0, failed: 0, failures: [], answers: {}, slowestMs: 0 };
report.long = { requests: 0, failed: 0 };
report.upgraded = { requests: 0, failed: 0 };
const pending = new Set();
const latencies = [];
let stopping = false;
let next = 0;

const protocolOf = (url) => (url.startsWith('https:') ? https : http);
const named = {
  rejectUnauthorized: false,
  ...(host === undefined ? {} : { headers: { host }, servername: host }),
};

function ask(url, agent, kind, done = () => {}) {
  const begun = performance.now();
  const timeout = kind === 'long' ? 120_000 : timeoutMs;
  const outgoing = protocolOf(url).get(url, { agent, timeout, ...named });
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
    if (problem) note(url, `${kind} ${reused()}`, problem, ms);
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

function note(url, kind, problem, ms) {
  if (report.failures.length >= 50) return;
  report.failures.push({ at: new Date().toISOString(), url, kind, problem, ms: Math.round(ms) });
}

/** A word every 200 ms on one upgraded connection, each of which has to come back. */
function talk({ url, forMs }) {
  const begun = performance.now();
  const key = { 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  const outgoing = http.get(url, { agent: false, headers: { connection: 'Upgrade', upgrade: 'websocket', ...key } });
  let timer;
  const end = (problem) => {
    if (!pending.delete(outgoing)) return;
    clearInterval(timer);
    report.upgraded.requests += 1;
    if (!problem) return;
    report.upgraded.failed += 1;
    note(url, 'upgraded', problem, performance.now() - begun);
  };
  pending.add(outgoing);
  outgoing.on('error', (error) => end(error.code ?? error.message));
  outgoing.on('response', (response) => end(`status ${response.statusCode}`));
  outgoing.on('upgrade', (_response, socket) => {
    let sent = 0;
    let back = 0;
    socket.on('data', (bytes) => (back += bytes.length));
    socket.on('error', (error) => end(error.code ?? error.message));
    socket.on('close', () => end('cut off'));
    timer = setInterval(() => {
      if (performance.now() - begun < forMs) {
        sent += 4;
        socket.write('word');
        return;
      }
      if (back < sent && performance.now() - begun < forMs + timeoutMs) return;
      end(back < sent ? `${sent - back} bytes did not come back` : undefined);
      socket.destroy();
    }, 200);
  });
}

const url = () => urls[next++ % urls.length];
const each = (1000 * 2) / perSecond;
const timers = [setInterval(() => ask(url(), false, 'fresh'), each)];

function keepAliveClient(index) {
  const mine = urls[index % urls.length];
  const agent = new (protocolOf(mine).Agent)({ keepAlive: true, maxSockets: 1 });
  const again = () => {
    if (stopping) return agent.destroy();
    setTimeout(() => (stopping ? agent.destroy() : ask(mine, agent, 'keep-alive', again)), each * keepAlive);
  };
  setTimeout(again, each * index);
}
for (let i = 0; i < keepAlive; i++) keepAliveClient(i);
if (long) timers.push(setInterval(() => ask(long.url, false, 'long'), long.every));
if (upgrade) timers.push(setInterval(() => talk(upgrade), upgrade.every));

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
