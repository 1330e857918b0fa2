import type { Diagnostic } from '../model/diagnostic.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveHost, LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { LedgerState, RevisionRecord } from '../model/revision.ts';
import { appliedShare, unfinishedRevision } from '../model/revision-share.ts';
import { newestLiveRevision } from './resume.ts';
import { overrideNotices } from './rollout/overrides.ts';

/**
 * What a reader of the plan has to know besides: damage of the history, a revision that did not come to its end, data
 * that is not where it was, one-off changes that the files take back, and names of ours that somebody else has.
 */
export function historyNotices(
  state: LedgerState,
  { plan, live }: { readonly plan: Pick<Plan, 'stack' | 'steps'> & Partial<Plan>; readonly live: LiveState },
): Diagnostic[] {
  const { stack } = plan;
  const unfinished = unfinishedRevision(state.revisions);
  const last = newestLiveRevision(live, stack);
  return [
    ...state.problems,
    ...(state.hosts.length === 0 && last > 0 ? [historyMissing(last, stack)] : []),
    ...(unfinished === undefined ? [] : [unfinishedNotice(unfinished, live, stack)]),
    ...(plan.desired === undefined ? [] : overrideNotices(state, plan.desired)),
    ...missingVolumes(state, plan, live),
    ...live.hosts.flatMap((host) => foreignNames(host, stack)),
  ];
}

function historyMissing(last: number, stack: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'ledger/missing',
    message: 'the history of the stack is not there',
    where: `stack ${stack}`,
    why: `revision ${last} made what runs, and no host shows a volume of the history: it, or its container, was removed`,
    fix: 'stowage history looks for the volumes; without them the next apply begins a new history, and changes no more than the plan shows',
  };
}

/** "revision 41 is 60 % applied", by whom and why it stopped there. */
function unfinishedNotice(record: RevisionRecord, live: LiveState, stack: string): Diagnostic {
  const { revision, outcome } = record;
  const { user, host, ciUrl } = revision.by;
  const by = `${revision.action} by ${user} on ${host}${ciUrl === undefined ? '' : ` (${ciUrl})`}`;
  return {
    severity: 'warning',
    code: 'revision/unfinished',
    message: `revision ${revision.number} is ${appliedShare(record)} % applied`,
    where: `stack ${stack}`,
    why: `${by}, begun ${new Date(revision.startedAtMs).toISOString()}, ${howItEnded(outcome?.status, isLocked(live, stack))}`,
    fix: 'stowage apply makes what the files say; stowage apply --resume goes on with that revision as it was',
  };
}

function howItEnded(status: string | undefined, locked: boolean): string {
  if (status === 'interrupted') return 'was stopped';
  if (status === 'failed') return 'failed';
  return locked ? 'is under way, or was killed: its lock is still there' : 'was killed';
}

function isLocked(live: LiveState, stack: string): boolean {
  return live.hosts.some((host) => host.containers.some((container) => container.name === `stowage-lock-${stack}`));
}

/** Volumes the plan makes although the last revision had them: what was in them is gone, or on a host that is not here. */
function missingVolumes({ current }: LedgerState, { steps }: Pick<Plan, 'steps'>, live: LiveState): Diagnostic[] {
  const had = new Set(current?.revision.desired.volumes.map((volume) => volume.name));
  const here = new Set(live.hosts.flatMap((host) => host.volumes.map((volume) => volume.name)));
  return steps.flatMap((step) => {
    if (step.kind !== 'volume.create' || !had.has(step.volume.name) || here.has(step.volume.name)) return [];
    return [volumeMissing(step.volume.name, step.host, current?.revision.number ?? 0)];
  });
}

function volumeMissing(volume: string, host: string, revision: number): Diagnostic {
  return {
    severity: 'warning',
    code: 'volume/missing',
    message: 'a volume of the stack is not there any more',
    where: `volume ${volume}`,
    why: `revision ${revision} had it, and no host of the stack has it now; an empty one would be made on ${host}`,
    fix: 'bring the host or disk back that had it, or restore a backup (stowage volume restore) after the apply',
  };
}

/** Who owns a name, by the label that its owner would have. */
function ownNames(stack: string): readonly { readonly pattern: RegExp; readonly label: string }[] {
  const literal = stack.replace(/[^\w-]/g, '\\$&');
  return [
    { pattern: new RegExp(`^stowage-ledger-${literal}$`), label: `${LABEL.prefix}ledger` },
    { pattern: new RegExp(`^stowage-lock-${literal}$`), label: `${LABEL.prefix}lock` },
    { pattern: new RegExp(`^${literal}-[\\w.-]+-\\d+-[0-9a-f]{8}$`), label: LABEL.stack },
  ];
}

function foreignNames({ name: host, containers, volumes }: LiveHost, stack: string): Diagnostic[] {
  const owners = ownNames(stack);
  const isForeign = ({ name, labels }: { readonly name: string; readonly labels: Readonly<Record<string, string>> }) =>
    owners.some(({ pattern, label }) => pattern.test(name) && labels[label] === undefined);
  const found = [
    ...containers.filter((c) => c.adopted === undefined && isForeign(c)).map((c) => ['container', c.name] as const),
    ...volumes.filter(isForeign).map((v) => ['volume', v.name] as const),
  ];
  return found.map(([kind, name]) => ({
    severity: 'warning',
    code: 'name/foreign',
    message: `a ${kind} that is not of this stack has a name of its kind`,
    where: `${kind} ${name} on host ${host}`,
    why: 'it lacks our label, so it is left alone, and another name is taken where one can be',
    fix: `see what it is (docker inspect ${name}), then rename or remove it`,
  }));
}
