import type { Claim } from '../executors/ledger/lock/claim.ts';
import type { HostConnection } from '../executors/transport/connection.ts';
import type { Check } from '../model/check.ts';
import type { LedgerState } from '../model/revision.ts';
import { appliedShare, unfinishedRevision } from '../model/revision-share.ts';

/** Lock and history of a stack, as the hosts that answer keep them. */
export async function stackChecks(
  stack: string,
  connections: ReadonlyMap<string, HostConnection>,
  inventory: readonly string[],
): Promise<Check[]> {
  const [{ viewLock }, { readLedger }, { ageSeconds }, { holderText, isGone }] = await Promise.all([
    import('../executors/ledger/lock/lock.ts'),
    import('../executors/ledger/read.ts'),
    import('../executors/ledger/lock/errors.ts'),
    import('../executors/ledger/lock/holder.ts'),
  ]);
  const [{ claims }, { state }] = await Promise.all([
    viewLock({ name: stack, connections, members: [...connections.keys()] }),
    readLedger(connections, stack, inventory),
  ]);
  const describe = (claim: Claim): Check => {
    const { host, data, isForeign } = claim;
    const base = { check: 'lock', host } as const;
    if (isForeign) {
      const fix = `see what it is: docker inspect stowage-lock-${stack} on ${host}; rename or remove it`;
      return { ...base, status: 'error', text: 'its name belongs to a container that is not ours', fix };
    }
    if (data === undefined) {
      const fix = 'when no other run works on this stack: stowage unlock';
      return { ...base, status: 'error', text: 'it cannot be read', why: 'its label is damaged', fix };
    }
    const text = `held by ${holderText(data.holder)}, last sign of life ${ageSeconds(claim)} s ago`;
    if (!isGone(data.process) && ageSeconds(claim) <= data.leaseSeconds * 1.5) return { ...base, status: 'ok', text };
    return {
      ...base,
      status: 'warning',
      text,
      why: 'its holder is gone',
      fix: 'nothing to do: the next run takes it over',
    };
  };
  const lock: Check[] = claims.length > 0 ? claims.map(describe) : [{ check: 'lock', status: 'ok', text: 'free' }];
  return [...lock, ...ledgerChecks(state)];
}

function ledgerChecks(state: LedgerState): Check[] {
  const problems = state.problems.map(({ severity, message, detail, where, why, fix }): Check => {
    const host = /^host (\S+)$/.exec(where ?? '')?.[1];
    return {
      check: 'ledger',
      ...(host && { host }),
      status: severity === 'error' ? 'error' : 'warning',
      text: detail === undefined ? message : `${message}: ${detail}`,
      ...(why && { why }),
      ...(fix && { fix }),
    };
  });
  const damaged = new Set(problems.map(({ host }) => host));
  for (const host of (state.behind ?? []).filter((name) => !damaged.has(name))) {
    problems.push({
      check: 'ledger',
      host,
      status: 'warning',
      text: 'its copy of the history is older than another one',
      why: 'the host was away while another was written, or a run is writing now',
      fix: 'nothing to do: the next apply brings it up to date',
    });
  }
  const unfinished = unfinishedRevision(state.revisions);
  if (unfinished !== undefined) {
    problems.push({
      check: 'ledger',
      status: 'warning',
      text: `revision ${unfinished.revision.number} is ${appliedShare(unfinished)} % applied`,
      fix: 'stowage apply, or stowage apply --resume to go on with it as it was',
    });
  }
  if (problems.length > 0) return problems;
  const text =
    state.hosts.length === 0
      ? 'no history yet'
      : `${state.revisions.length} revisions, the same on ${state.hosts.join(', ')}`;
  return [{ check: 'ledger', status: 'ok', text }];
}
