import type { DiagnosticError } from '../../../model/diagnostic.ts';
import { isStatus } from '../../transport/errors.ts';
import { containerEvidence } from '../wait/evidence.ts';
import { containerPath, inspectContainer } from './container.ts';
import { engineWords, stepFailure } from './failure.ts';
import { awaitGossipOf } from './gossip.ts';
import { isPassingTrouble, SwarmTrouble } from './passing.ts';
import { isRemnant, replaceRemnant } from './start-remnant.ts';
import type { StepRunner, StepScope } from './types.ts';

/** Attaching to an overlay whose manager is away takes the engine 20 s to give up. */
const START_TIMEOUT_MS = 120_000;

/** Starts the container. One that runs is done; so is one that an attempt of unknown outcome started and that has ended. */
export const startContainer: StepRunner<'container.start'> = async (step, scope) => {
  const { host, signal } = scope;
  if (scope.outcomeUnknown) {
    const status = (await inspectContainer(host, step.container, signal))?.State.Status;
    if (status !== undefined && status !== 'created') return;
  }
  const options = { signal, timeoutMs: START_TIMEOUT_MS };
  const start = () => host.post(containerPath(step.container, '/start'), undefined, undefined, options);
  try {
    await start().catch(async (error: unknown) => {
      if (!isRemnant(error) || !(await replaceRemnant(step, scope))) throw error;
      await start();
    });
  } catch (error) {
    const isAnswer = [400, 404, 409, 500].some((status) => isStatus(error, status));
    if (!isAnswer || isPassingTrouble(error)) throw error;
    const explained = await explainStart(error, step.container, scope);
    throw (await isUnheardNetwork(error, scope)) ? new SwarmTrouble(explained) : explained;
  }
  await awaitGossipOf(step.container, host, signal);
};

const UNKNOWN_NETWORK = /network \S+ not found/i;

/** A host of a swarm learns of the swarm's networks from a manager; one that is busy leaves it without an answer. */
async function isUnheardNetwork(error: unknown, { host, signal }: StepScope): Promise<boolean> {
  if (!UNKNOWN_NETWORK.test(engineWords(error))) return false;
  const { Swarm } = await host.get<{ readonly Swarm?: { readonly LocalNodeState?: string } }>('/info', undefined, {
    signal,
  });
  return Swarm?.LocalNodeState === 'active';
}

interface Reason {
  readonly pattern: RegExp;
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

/** What the engine says when a start fails, and what it means. */
const REASONS: readonly Reason[] = [
  {
    pattern: /port is already allocated|address already in use/i,
    code: 'container/port-in-use',
    message: 'a port is already in use on the host',
    fix: 'find what listens there (docker ps; ss -ltnp), stop it or publish another port',
  },
  { pattern: /no space left on device/i, code: 'host/disk-full', message: 'disk of the host is full' },
  {
    pattern: UNKNOWN_NETWORK,
    code: 'network/missing',
    message: 'a network of the container is gone',
    fix: 'plan and apply again',
  },
  {
    pattern: /no such container/i,
    code: 'container/missing',
    message: 'container to start is not there',
    fix: 'someone removed it meanwhile; plan and apply again',
  },
  {
    pattern: /executable file not found|no such file or directory|permission denied/i,
    code: 'container/command',
    message: 'command of the container cannot be run',
    fix: 'check entrypoint, command and the mounted paths',
  },
  {
    pattern: /bind source path does not exist|invalid mount config/i,
    code: 'container/mount',
    message: 'a mount of the container cannot be made',
    fix: 'create the path on the host, or let it be created (bind.create_host_path)',
  },
  {
    pattern: /could not attach to network|attaching to network failed/i,
    code: 'network/attach',
    message: 'container could not join a network',
    fix: 'check that a swarm manager is reachable from this host',
  },
];

async function explainStart(error: unknown, container: string, scope: StepScope): Promise<DiagnosticError> {
  const words = engineWords(error);
  const reason = REASONS.find((r) => r.pattern.test(words));
  return stepFailure(reason?.code ?? 'container/start', reason?.message ?? 'container did not start', {
    detail: container,
    why: words,
    fix: reason?.fix,
    evidence: await containerEvidence(scope.host, container),
  });
}
