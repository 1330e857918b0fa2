/** Holds a lock until it is killed or loses it: a job as JSON on stdin, "held" on stdout when it has it, the code of the failure when it lost it. */
import { text } from 'node:stream/consumers';
import { acquireLock } from '../../../src/executors/ledger/lock/lock.ts';
import type { HostConnection } from '../../../src/executors/transport/connection.ts';
import { openHosts } from '../../../src/executors/transport/open.ts';
import { DiagnosticError } from '../../../src/model/diagnostic.ts';

interface Job {
  readonly name: string;
  readonly leaseSeconds: number;
  /** What this process takes for the time is so much off. */
  readonly skewMs: number;
  /** Host name → engine socket. */
  readonly sockets: Readonly<Record<string, string>>;
}

const job = JSON.parse(await text(process.stdin)) as Job;
const realNow = Date.now;
Date.now = () => realNow() + job.skewMs;
const entries = Object.entries(job.sockets).map(([name, path]) => ({
  name,
  address: { type: 'unix' as const, path },
  labels: {},
  taints: [],
}));
const connections = new Map<string, HostConnection>();
for (const [name, result] of await openHosts(entries)) {
  if (!result.ok) throw result.error;
  connections.set(name, result.connection);
}
const members = [...connections.keys()];
const holder = { user: 'killed', host: 'here' };
const { leaseSeconds, name } = job;
const lock = await acquireLock({ name, members, connections, holder, lastToken: 0, leaseSeconds });
process.stdout.write('held\n');
try {
  for (;;) {
    await lock.verify();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
} catch (error) {
  process.stdout.write(`${error instanceof DiagnosticError ? error.diagnostics[0]?.code : error}\n`);
  process.exit(1);
}
