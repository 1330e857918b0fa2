/** Applies revision after revision until it is killed: engine sockets as JSON on stdin, a line on stdout for each that was committed. */
import { text } from 'node:stream/consumers';
import { openLedger } from '../../../src/executors/ledger/ledger.ts';
import { acquireLock } from '../../../src/executors/ledger/lock/lock.ts';
import type { HostConnection } from '../../../src/executors/transport/connection.ts';
import { openHosts } from '../../../src/executors/transport/open.ts';
import type { DesiredState } from '../../../src/model/desired.ts';
import type { RunEvent } from '../../../src/model/events.ts';
import type { RevisionMeta } from '../../../src/model/revision.ts';
import { sha256Hex } from '../../../src/model/spec-hash.ts';

const sockets = JSON.parse(await text(process.stdin)) as Record<string, string>;
const entries = Object.entries(sockets).map(([name, path]) => ({
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
const stack = 'shop';
const inventory = [...connections.keys()];
const by = { user: 'killed', host: 'here' };
const meta: RevisionMeta = {
  action: 'apply',
  cause: 'again',
  by,
  startedAtMs: 0,
  toolVersion: '0.1.0',
  desired: { version: 1, stack } as DesiredState,
  images: {},
  placements: [],
  steps: [1, 2],
};
process.stdout.write('ready\n');
for (let round = 1; ; round++) {
  const ledger = await openLedger({ stack, connections, inventory, keep: 5 });
  const lock = await acquireLock({
    name: stack,
    members: ledger.members,
    connections,
    holder: by,
    lastToken: ledger.token,
  });
  const secret = Buffer.from(`secret ${process.pid} ${round}`);
  const payloads = new Map([[`sha256:${sha256Hex(secret)}`, secret]]);
  const resume = ledger.state.unfinished?.revision.number;
  const { revision, written } = await ledger.begin({ meta, payloads, token: lock.token, resume });
  await written;
  for (const id of [1, 2]) {
    const step = { id, kind: 'rollout.delay', host: 'host1', cause: '', after: [], milliseconds: 1 } as const;
    for (const type of ['step.started', 'step.done'] as const)
      ledger.journal({ type, step, durationMs: 0, atMs: 0 } as RunEvent);
  }
  await ledger.commit(revision, { status: 'done', endedAtMs: 0, done: [1, 2], failed: [], notStarted: [] });
  await lock.release();
  process.stdout.write(`committed ${revision.number}\n`);
}
