/** Preloaded by benchmarks: notes every HTTP call of the process in the file that STOWAGE_BENCH_CALLS names. */
'use strict';

const { appendFileSync } = require('node:fs');
const http = require('node:http');

const file = process.env.STOWAGE_BENCH_CALLS;
const calls = [];
const { request } = http;
const ids = new Map();

http.request = function noted(options, ...rest) {
  const outgoing = request.call(this, options, ...rest);
  if (!ids.has(options.agent)) ids.set(options.agent, ids.size);
  const call = { host: ids.get(options.agent), method: options.method, path: options.path, begunMs: performance.now() };
  calls.push(call);
  outgoing.on('response', (answer) => {
    answer.once('close', () => {
      call.endedMs = performance.now();
    });
  });
  return outgoing;
};
process.once('exit', () => appendFileSync(file, calls.map((call) => `${JSON.stringify(call)}\n`).join('')));
