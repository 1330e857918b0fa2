import { isStatus } from '../../executors/transport/errors.ts';
import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { LABEL } from '../../model/labels.ts';
import type { Session } from '../session.ts';

/** A mark on the hosts: nothing of the stack is rolled out until it is taken away. */
const ROLE = 'rollout-hold';
const BY = `${LABEL.prefix}by`;
const POLL_MS = 2000;

function nameOf(stack: string): string {
  return `stowage-rollout-hold-${stack}`;
}

/** `stowage rollout pause`: a run under way stops after its running steps; no other one begins. */
export async function holdRollouts(session: Session, stack: string, by: string): Promise<void> {
  const body = { Name: nameOf(stack), Labels: { [LABEL.role]: ROLE, [BY]: by } };
  await Promise.all([...session.connections.values()].map((host) => host.post('/volumes/create', body)));
}

/** @returns false when nothing was held */
export async function releaseHold(session: Session, stack: string): Promise<boolean> {
  const removed = await Promise.all(
    [...session.connections.values()].map(async (host) => {
      try {
        await host.delete(`/volumes/${nameOf(stack)}`);
        return true;
      } catch (error) {
        if (isStatus(error, 404)) return false;
        throw error;
      }
    }),
  );
  return removed.some(Boolean);
}

/** Who holds the stack's rollouts, if somebody does. */
export async function holderOf(session: Session, stack: string): Promise<string | undefined> {
  const found = await Promise.all(
    session.readers.map(async (host) => {
      try {
        const volume = await host.get<{ Labels: Record<string, string> | null }>(`/volumes/${nameOf(stack)}`);
        return volume.Labels?.[BY] ?? 'somebody';
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        throw error;
      }
    }),
  );
  return found.find((by) => by !== undefined);
}

/** @throws DiagnosticError (1) when the stack's rollouts are held */
export async function refuseHeld(session: Session, stack: string): Promise<void> {
  const by = await holderOf(session, stack);
  if (by !== undefined) throw new DiagnosticError([held(stack, by)], EXIT.failed);
}

function held(stack: string, by: string): Diagnostic {
  return {
    severity: 'error',
    code: 'rollout/held',
    message: 'rollouts of the stack are paused',
    where: `stack ${stack}`,
    why: `${by} ran stowage rollout pause`,
    fix: 'stowage rollout resume goes on',
  };
}

/** Looks for a hold while a run is under way. @returns a signal that fires, and how to stop looking */
export function watchHold(session: Session, stack: string): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const timer = setInterval(() => {
    holderOf(session, stack).then(
      (by) => by !== undefined && controller.abort(),
      () => undefined,
    );
  }, POLL_MS);
  timer.unref();
  return { signal: controller.signal, stop: () => clearInterval(timer) };
}
