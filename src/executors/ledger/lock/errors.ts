import { type Diagnostic, DiagnosticError } from '../../../model/diagnostic.ts';
import { EXIT } from '../../../model/exit-codes.ts';
import { type Claim, lockName } from './claim.ts';
import { holderText } from './holder.ts';

type Parts = Omit<Diagnostic, 'severity' | 'code' | 'message'>;

function locked(code: string, message: string, parts: Parts): DiagnosticError {
  return new DiagnosticError([{ severity: 'error', code, message, ...parts }], EXIT.locked);
}

/** Someone else has the lock. */
export function lockHeld(claim: Claim, waitedMs: number): DiagnosticError {
  const { data } = claim;
  if (data === undefined) return lockGarbage(claim);
  const waited = waitedMs > 0 ? `, still after ${Math.round(waitedMs / 1000)} s of waiting` : '';
  const lease = `its lease is ${data.leaseSeconds} s, its last sign of life ${ageSeconds(claim)} s old`;
  return locked('lock/held', 'another run works on this stack', {
    detail: holderText(data.holder),
    where: `host ${claim.host}`,
    why: `it holds the lock since ${new Date(data.sinceMs).toISOString()} (its clock)${waited}; ${lease}`,
    fix: 'wait for it (--lock-timeout 10m), or, when you know that it is dead: stowage unlock',
  });
}

/** The lock's label cannot be read. */
export function lockGarbage(claim: Claim): DiagnosticError {
  return locked('lock/garbage', 'the lock of this stack cannot be read', {
    detail: lockName('…'),
    where: `host ${claim.host}`,
    why: 'its label is damaged, or was written by another version',
    fix: 'when no other run works on this stack: stowage unlock',
  });
}

/** The lock's name belongs to a container of someone else's. */
export function lockForeign(claim: Claim, lock: string): DiagnosticError {
  return locked('lock/foreign', 'the name of the lock belongs to another container', {
    detail: lockName(lock),
    where: `host ${claim.host}`,
    why: 'it lacks our label, so it is left alone',
    fix: `see what it is (docker inspect ${lockName(lock)}), then rename or remove it`,
  });
}

/** Too many of the hosts that carry the lock are away. */
export function lockAway(won: number, all: number, cause: unknown): DiagnosticError {
  return locked('lock/unreachable', 'the lock cannot be taken', {
    why: `${won} of ${all} hosts that carry it could be claimed, most are needed: ${words(cause)}`,
    fix: 'bring the hosts back, or take them out of the inventory if they are gone for good',
  });
}

/** Our own lock was broken or taken over. */
export function lockLost(lock: string, lost: number, all: number): DiagnosticError {
  return locked('lock/lost', 'this run has lost its lock', {
    detail: lockName(lock),
    why: `${lost} of ${all} claims are gone: someone unlocked the stack, or took over an expired lease`,
    fix: 'see what the other run does (stowage history), then plan again',
  });
}

/** Nobody can say whether we still have it. */
export function lockUnconfirmed(lock: string, seconds: number): DiagnosticError {
  return locked('lock/unconfirmed', 'this run cannot tell whether it still has its lock', {
    detail: lockName(lock),
    why: `most of the hosts that carry it have not answered for ${seconds} s`,
    fix: 'plan again when they are back',
  });
}

/** Age of the last sign of life, by the clock of the engine that keeps it. */
export function ageSeconds({ beat, createdMs, engineNowMs }: Claim): number {
  return Math.max(0, Math.round((engineNowMs - (beat?.engineTimeMs ?? createdMs)) / 1000));
}

function words(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause ?? 'no answer');
}
