/**
 * Runs steps over SSH, in the operator's network: `node --import tsx driver.ts` reads a job as JSON from stdin and
 * prints events and the outcome as JSON lines. SIGINT is the first Ctrl-C.
 */
import { text } from 'node:stream/consumers';
import { runSteps } from '../../../src/executors/run/run.ts';
import type { HostConnection } from '../../../src/executors/transport/connection.ts';
import { openHosts } from '../../../src/executors/transport/open.ts';
import type { Step } from '../../../src/model/step.ts';

export interface Job {
  readonly hosts: readonly string[];
  readonly steps: readonly Step[];
}

const job = JSON.parse(await text(process.stdin)) as Job;
const entries = job.hosts.map((host) => ({
  name: host,
  address: { type: 'ssh' as const, host },
  labels: {},
  taints: [],
}));
const connections = new Map<string, HostConnection>();
for (const [name, result] of await openHosts(entries)) {
  if (!result.ok) throw result.error;
  connections.set(name, result.connection);
}
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const print = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
const payloads = { bytes: async () => undefined };
const begun = performance.now();
const outcome = await runSteps(
  job.steps,
  connections,
  { stack: 'shop', revision: 1, payloads },
  (event) => {
    if (event.type.startsWith('step.'))
      print({
        event: event.type,
        ...('step' in event ? { id: event.step.id } : {}),
        ...('reason' in event ? { reason: event.reason } : {}),
      });
  },
  { stop: stop.signal },
);
print({ outcome, durationMs: Math.round(performance.now() - begun) });
await Promise.all([...connections.values()].map((connection) => connection.close()));
