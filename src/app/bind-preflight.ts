import type { HostConnection } from '../executors/transport/connection.ts';
import type { DesiredState } from '../model/desired.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { Plan } from '../model/plan.ts';
import type { Session } from './session.ts';

/** Flag of `test` for what has to be at a path. */
const TESTS = { directory: '-d', file: '-f', socket: '-S', 'char-device': '-c', 'block-device': '-b' } as const;
const TIMEOUT_MS = 15_000;

/** Prints the number of every path whose test fails. */
const SCRIPT = 'i=0; while [ $# -gt 0 ]; do test "$1" "$2" || echo $i; i=$((i+1)); shift 2; done';

interface Wanted {
  readonly path: string;
  readonly test: string;
}

/**
 * Looks on every host whether the paths that new containers mount are there, where the engine is not to make them.
 * A host that runs no commands is left to its engine.
 *
 * @throws DiagnosticError naming every path that is missing: nothing was changed then
 */
export async function refuseMissingBinds(plan: Plan, { connections }: Session): Promise<void> {
  const found = await Promise.all(
    [...connections.values()].map(async (connection) => {
      const wanted = wantedOn(plan, connection.name);
      const missing = wanted.length === 0 ? [] : await missingOf(connection, wanted);
      return missing.map((one) => absent(connection.name, one));
    }),
  );
  if (found.some((problems) => problems.length > 0)) throw new DiagnosticError(found.flat(), EXIT.failed);
}

function wantedOn({ steps, desired }: Plan, host: string): Wanted[] {
  const expected = expectations(desired);
  const copied = new Set(steps.flatMap((step) => (step.kind === 'bind.sync' ? [step.target] : [])));
  const mounts = steps.flatMap((s) => (s.kind === 'container.create' && s.host === host ? s.spec.mounts : []));
  const wanted = mounts.flatMap((mount): Wanted[] => {
    if (mount.type !== 'bind' || mount.createHostPath || mount.source === undefined || copied.has(mount.source))
      return [];
    return [{ path: mount.source, test: expected.get(mount.source) ?? '-e' }];
  });
  return [...new Map(wanted.map((one) => [one.path, one])).values()];
}

function expectations({ workloads }: DesiredState): ReadonlyMap<string, string> {
  const containers = workloads.flatMap(({ template }) => [...template.initContainers, ...template.containers]);
  const sources = containers.flatMap(({ mounts }) => mounts.map(({ source }) => source));
  return new Map(
    sources.flatMap((s) => (s.type === 'bind' && s.expect !== undefined ? [[s.path, TESTS[s.expect]] as const] : [])),
  );
}

async function missingOf(connection: HostConnection, wanted: readonly Wanted[]): Promise<readonly Wanted[]> {
  const argv = ['sh', '-c', SCRIPT, 'sh', ...wanted.flatMap(({ path, test }) => [test, path])];
  const result = await connection.shell(argv, { timeoutMs: TIMEOUT_MS }).catch(() => undefined);
  if (result === undefined || result.exitCode !== 0) return [];
  const numbers = new Set(result.stdout.split('\n').filter(Boolean).map(Number));
  return wanted.filter((_, index) => numbers.has(index));
}

function absent(host: string, { path, test }: Wanted): Diagnostic {
  const kind = Object.entries(TESTS).find(([, flag]) => flag === test)?.[0];
  return {
    severity: 'error',
    code: 'bind/path-missing',
    message: 'a path to mount is not on the host',
    where: `${path} on ${host}`,
    why: `${kind === undefined ? 'nothing' : `no ${kind}`} is there, and the engine is not told to make it; nothing was changed`,
    fix: 'make it there, let the engine make a folder (bind: {create_host_path: true}), or copy yours (x-stowage: {sync: true})',
  };
}
