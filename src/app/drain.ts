import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT, type ExitCode } from '../model/exit-codes.ts';
import type { ReplicaReport } from '../model/replica-report.ts';
import { unfinishedRevision } from '../model/revision-share.ts';
import { openOptions } from './cli/open-options.ts';
import { runMark } from './marks.ts';
import { namedHost } from './named-host.ts';
import { listReplicas } from './ps.ts';
import { type OneOffRequest, runFromHistory, type Stage } from './rollout/from-history.ts';
import { resolveSettings, type Settings } from './settings.ts';
import { stackName } from './stack-name.ts';

export interface DrainRequest extends OneOffRequest {
  readonly flags: OneOffRequest['flags'] & { readonly reason?: string; readonly 'all-stacks'?: boolean };
  readonly host: string;
}

/**
 * `stowage hosts drain`: moves what can run elsewhere off a host, each stack by a plan of its own. What a stack is comes
 * from its history on the hosts, so no file is needed.
 *
 * @returns 0 only when none of our replicas is left on the host
 * @throws DiagnosticError when a plan cannot be made, is refused or declined
 */
export async function runDrain(request: DrainRequest): Promise<ExitCode> {
  const { flags, host, ui, isDryRun } = request;
  const settings = await resolveSettings(flags, process.cwd(), process.env);
  const before = await replicasOn(host, settings);
  const stacks = await chosenStacks(flags, settings, before);
  for (const stack of stacks) {
    const code = await runFromHistory({ ...request, flags: { ...flags, stack } }, (stage) => drainOf(stage, request));
    if (code !== EXIT.done) return code;
  }
  if (isDryRun) return EXIT.done;
  if (stacks.length === 0) await mark(request);
  const left = await replicasOn(host, settings);
  await ui.warn(left.length === 0 ? [] : [notEmpty(host, left, stacks)]);
  if (left.length > 0) return EXIT.failed;
  if (!ui.json) ui.print(`No replica is left on ${host}.\n`);
  return EXIT.done;
}

/** Those of the folder or of `--stack`; where there is no such thing, or with `--all-stacks`, all that are on the host. */
async function chosenStacks(
  flags: DrainRequest['flags'],
  settings: Settings,
  replicas: readonly ReplicaReport[],
): Promise<string[]> {
  const present = [...new Set(replicas.map((r) => r.stack))].sort();
  const own = flags['all-stacks'] ? undefined : await stackName(settings);
  return own === undefined ? present : present.filter((stack) => stack === own);
}

async function drainOf({ stack, history, current, live }: Stage, { host, flags }: DrainRequest) {
  const open = unfinishedRevision(history.revisions) ?? history.revisions.at(-1);
  const status = open?.outcome?.status;
  if (open !== undefined && status !== 'done' && status !== 'rolled-back') {
    throw new DiagnosticError([unsettled(stack, open.revision.number, status)], EXIT.failed);
  }
  const { hosts } = await live();
  const isMarked = hosts.some((h) => h.name === host && h.marks.drained);
  const reason = flags.reason === undefined ? {} : { reason: flags.reason };
  return {
    action: 'drain' as const,
    desired: current.desired,
    images: current.images,
    revisions: [current],
    question: `Move stack ${stack} off ${host}?`,
    plan: { whatIf: { without: [], drain: [host], addHosts: [] }, drain: { host, isMarked, ...reason } },
  };
}

/** Nothing of ours runs there: all there is to do is to keep it so. */
async function mark({ flags, host, ui }: DrainRequest): Promise<void> {
  const { before, after } = await runMark(flags, host, { cordoned: true, drained: true });
  const { renderMarks } = await import('../render/marks.ts');
  if (!ui.json) ui.print(renderMarks(host, before, after));
}

/** The containers of all stacks on the host that are up. */
async function replicasOn(name: string, settings: Settings): Promise<readonly ReplicaReport[]> {
  const host = namedHost(name, settings.inventory.hosts);
  const { replicas, unreachable } = await listReplicas([host], { workloads: [], all: false }, openOptions(settings));
  if (unreachable.length > 0) throw new DiagnosticError(unreachable, EXIT.failed);
  return replicas.filter(({ state }) => state === 'running' || state === 'restarting' || state === 'paused');
}

function notEmpty(host: string, left: readonly ReplicaReport[], stacks: readonly string[]): Diagnostic {
  const others = [...new Set(left.map((r) => r.stack))].filter((stack) => !stacks.includes(stack));
  const names = left.map((r) => `${r.stack}  ${r.workload}.${r.ordinal}  ${r.name}`);
  return {
    severity: 'error',
    code: 'drain/not-empty',
    message: 'the host is drained, and not empty',
    where: `host ${host}`,
    why: others.length > 0 ? `other stacks run there: ${others.join(', ')}` : 'what is left can run nowhere else',
    fix:
      others.length > 0
        ? `stowage hosts drain ${host} --all-stacks moves those too`
        : 'make room for it elsewhere, or stop it by hand before the host goes',
    evidence: [{ title: 'still there', lines: names }],
  };
}

function unsettled(stack: string, number: number, status: string | undefined): Diagnostic {
  return {
    severity: 'error',
    code: 'drain/unsettled',
    message: 'a stack in the middle of a rollout is not moved',
    where: `stack ${stack}, revision ${number}`,
    why: `it is ${status ?? 'under way, or its run was killed'}`,
    fix: status === 'paused' ? 'promote or abort it first' : 'finish it first: stowage apply, or apply --resume',
  };
}
