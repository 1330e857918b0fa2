import type { HostReader, OpenOptions } from '../executors/transport/connection.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import type { HostEntry } from '../model/inventory.ts';
import type { Placement } from '../model/placement.ts';
import { namedHost } from './named-host.ts';
import { historyForPlan } from './resume.ts';
import { openSessionBeside, type Session } from './session.ts';

/**
 * Runs with a session of all hosts but those that are left out by name, connected while `work` is under way. A host that
 * cannot be reached is told with that way out.
 *
 * @param work what can be done before any host is asked; its failure is told before that of a host
 * @throws DiagnosticError (64) when a host to leave out is not there
 */
export async function withSessionWithout<W, T>(
  hosts: readonly HostEntry[],
  without: readonly string[],
  options: OpenOptions,
  work: () => Promise<W>,
  use: (session: Session, done: W) => Promise<T>,
): Promise<T> {
  const away = new Set(without.map((name) => namedHost(name, hosts)));
  const left = hosts.filter((host) => !away.has(host));
  try {
    const [session, done] = await openSessionBeside(left, options, work);
    try {
      return await use(session, done);
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new DiagnosticError(error.diagnostics.map(withWayOut), error.exitCode);
  }
}

function withWayOut(diagnostic: Diagnostic): Diagnostic {
  const host = /^host (\S+)/.exec(diagnostic.where ?? '')?.[1];
  const { code, fix } = diagnostic;
  if (host === undefined || !code.startsWith('host/') || fix === undefined || fix.includes('--without')) {
    return diagnostic;
  }
  return { ...diagnostic, fix: `${fix}; or leave it out: --without ${host}` };
}

/** What ran on the hosts that are left out, by the history; nothing is asked when none is. */
export async function awayReplicas(
  readers: readonly HostReader[],
  stack: string,
  without: readonly string[],
): Promise<readonly Placement[]> {
  if (without.length === 0) return [];
  const { current, revisions } = await historyForPlan(readers, stack);
  const last = current ?? revisions.at(-1);
  return last?.revision.placements.filter((p) => without.includes(p.host)) ?? [];
}
