import type { PayloadSource, RunContext } from '../../../src/executors/docker/steps/types.ts';
import { type RunOptions, type RunSignals, runSteps } from '../../../src/executors/run/run.ts';
import type { HostConnection } from '../../../src/executors/transport/connection.ts';
import { openHosts } from '../../../src/executors/transport/open.ts';
import type { RunEvent, RunOutcome } from '../../../src/model/events.ts';
import type { ContainerSpec } from '../../../src/model/spec.ts';
import { sha256Hex } from '../../../src/model/spec-hash.ts';
import type { ReplicaRef, Step } from '../../../src/model/step.ts';
import type { Lab } from '../harness.ts';

/** Connections over the engines' own sockets, which are there whatever the network does. */
export async function openSockets(lab: Lab): Promise<Map<string, HostConnection>> {
  const entries = lab.hosts.map(({ name, socketPath }) => ({
    name,
    address: { type: 'unix' as const, path: socketPath },
    labels: {},
    taints: [],
  }));
  const connections = new Map<string, HostConnection>();
  for (const [name, result] of await openHosts(entries)) {
    if (!result.ok) throw result.error;
    connections.set(name, result.connection);
  }
  return connections;
}

export function spec(name: string, change: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name,
    image: 'tool:1',
    env: {},
    labels: {},
    network: { mode: 'none' },
    ports: [],
    mounts: [],
    files: [],
    restart: { name: 'no' },
    stopGraceSeconds: 1,
    resources: {},
    ...change,
  };
}

export const replica: ReplicaRef = { workload: 'web', ordinal: 1, container: 'web', role: 'main', pod: 'p1' };

/** A step without what the planner adds. Steps that name no `after` follow the one before them. */
type Draft = Step extends infer S
  ? S extends Step
    ? Omit<S, 'id' | 'host' | 'cause' | 'after'> & Partial<S>
    : never
  : never;

export function steps(...drafts: readonly Draft[]): Step[] {
  return drafts.map((draft, index) => ({
    id: index + 1,
    host: 'host1',
    cause: 'test',
    after: index === 0 ? [] : [index],
    ...draft,
  })) as Step[];
}

/** Payloads from texts; `digest` names one. */
export function payloads(...texts: readonly string[]): PayloadSource {
  const byDigest = new Map(texts.map((text) => [digest(text), Buffer.from(text)]));
  return { bytes: async (wanted) => byDigest.get(wanted) };
}

export const digest = (text: string) => `sha256:${sha256Hex(text)}`;

export interface Report extends RunOutcome {
  readonly events: readonly RunEvent[];
  readonly codes: readonly string[];
}

export async function perform(
  connections: ReadonlyMap<string, HostConnection>,
  work: readonly Step[],
  change: {
    context?: Partial<RunContext>;
    signals?: RunSignals;
    options?: RunOptions;
    listener?: (event: RunEvent) => void;
  } = {},
): Promise<Report> {
  const events: RunEvent[] = [];
  const context: RunContext = { stack: 'shop', revision: 1, payloads: payloads(), ...change.context };
  const listener = (event: RunEvent) => {
    events.push(event);
    change.listener?.(event);
  };
  const outcome = await runSteps(work, connections, context, listener, change.signals, change.options);
  return { ...outcome, events, codes: outcome.diagnostics.map((d) => d.code) };
}
