import { canonicalJson } from '../model/canonical.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { LiveState } from '../model/live.ts';
import type { Fingerprint, Plan } from '../model/plan.ts';
import { diskReader } from './disk-reader.ts';

/** Writes a plan so that a reader never sees half of it; the same plan gives the same bytes. */
export async function savePlan(path: string, plan: Plan): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await writeFileAtomic(path, `${canonicalJson(plan)}\n`, { mode: 0o600 });
}

/**
 * Reads a saved plan.
 *
 * @throws DiagnosticError (64) when it is missing, no plan, or of another format version
 */
export function loadPlan(path: string): Plan {
  const text = diskReader.readText(path);
  if (text === undefined) throw refuse(path, 'there is no such file', 'save one with stowage plan --out FILE');
  const parsed = parseJson(text);
  if (!isPlan(parsed))
    throw refuse(path, 'it is not a plan that stowage saved', 'save it anew with stowage plan --out FILE');
  if (parsed.version !== 1) {
    throw refuse(
      path,
      `it has format version ${parsed.version}; this stowage reads version 1`,
      'plan again with this stowage',
    );
  }
  return parsed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPlan(value: unknown): value is Plan {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'version' in value &&
    'steps' in value &&
    Array.isArray(value.steps) &&
    'fingerprints' in value &&
    'desired' in value
  );
}

function refuse(path: string, why: string, fix: string): DiagnosticError {
  return new DiagnosticError(
    [{ severity: 'error', code: 'plan/unreadable', message: 'a plan file cannot be used', where: path, why, fix }],
    EXIT.usage,
  );
}

/**
 * Compares a plan with what is live now: only the objects its steps touch count.
 *
 * @throws DiagnosticError (76) that names each object that moved since
 */
export async function checkFresh(plan: Plan, live: LiveState): Promise<void> {
  const stale = await staleObjects(plan, live);
  if (stale.length > 0) throw new DiagnosticError(stale, EXIT.stalePlan);
}

/** One finding for each object the plan touches that is not what it was. */
export async function staleObjects(plan: Plan, live: LiveState): Promise<Diagnostic[]> {
  const { fingerprintOf } = await import('../planner/fingerprint.ts');
  const hosts = new Map(live.hosts.map((h) => [h.name, h]));
  return plan.fingerprints.flatMap((saved): Diagnostic[] => {
    const host = hosts.get(saved.host);
    if (host === undefined) return [stale(saved, 'its host is not in this run')];
    const now = fingerprintOf(host, saved.kind, saved.name);
    return now === saved.fingerprint ? [] : [stale(saved, whatMoved(saved.fingerprint, now))];
  });
}

function whatMoved(before: string, now: string): string {
  if (before === '') return 'it did not exist when the plan was made, and does now';
  return now === '' ? 'it is gone since the plan was made' : 'it was changed since the plan was made';
}

function stale({ host, kind, name }: Fingerprint, why: string): Diagnostic {
  return {
    severity: 'error',
    code: 'plan/stale',
    message: 'the plan no longer fits what is live',
    where: `${kind} ${name} on ${host}`,
    why,
    fix: 'plan again, and have the new plan reviewed',
  };
}
