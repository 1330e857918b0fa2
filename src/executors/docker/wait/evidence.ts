import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { HostReader } from '../../transport/connection.ts';
import { FrameReader } from '../../transport/http/demux.ts';
import { type ContainerInspect, containerPath, inspectContainer } from '../steps/container.ts';
import { endedHow } from './state.ts';

type Evidence = NonNullable<Diagnostic['evidence']>;

const LOG_LINES = 20;
const HEALTH_RUNS = 3;
const EVIDENCE_TIMEOUT_MS = 10_000;

/** What a container leaves behind for the one who must mend it: how it ended, its health log, its last log lines. */
export async function containerEvidence(host: HostReader, container: string): Promise<Evidence> {
  try {
    const found = await inspectContainer(host, container, AbortSignal.timeout(EVIDENCE_TIMEOUT_MS));
    if (found === undefined) return [];
    const lines = await lastLogLines(host, found);
    return [...stateEvidence(found), ...(lines.length > 0 ? [{ title: 'last log lines', lines }] : [])];
  } catch {
    return [];
  }
}

function stateEvidence(container: ContainerInspect): Evidence {
  const { State, RestartCount } = container;
  const restarts = RestartCount > 0 ? `, restarted ${RestartCount} times` : '';
  const ended = State.Running ? State.Status : `${State.Status}, ${endedHow(container)}`;
  const evidence = [{ title: 'state', lines: [ended + restarts] }];
  const runs = (State.Health?.Log ?? []).slice(-HEALTH_RUNS);
  if (runs.length === 0) return evidence;
  const lines = runs.map((run) => `exit code ${run.ExitCode}: ${run.Output.trim().split('\n').at(-1) ?? ''}`.trim());
  return [...evidence, { title: 'health check', lines }];
}

async function lastLogLines(host: HostReader, container: ContainerInspect): Promise<readonly string[]> {
  const query = { stdout: true, stderr: true, tail: LOG_LINES };
  const signal = AbortSignal.timeout(EVIDENCE_TIMEOUT_MS);
  const stream = await host.getStream(containerPath(container.Id, '/logs'), query, { signal });
  const frames = new FrameReader();
  const parts: Buffer[] = [];
  for await (const chunk of stream) {
    if (container.Config.Tty) parts.push(chunk as Buffer);
    else for (const frame of frames.push(chunk as Buffer)) parts.push(Buffer.from(frame.data));
  }
  return Buffer.concat(parts).toString('utf8').split(/\r?\n/).filter(Boolean).slice(-LOG_LINES);
}
