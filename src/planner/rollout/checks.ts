import type { RolloutCheck } from '../../model/desired.ts';
import { isByGateway } from '../gateway/publish.ts';
import type { Build, WorkloadBuild } from '../steps/context.ts';

/** A workload whose checks are asked, in the plan being made. */
interface Checked {
  readonly build: Build;
  readonly part: WorkloadBuild;
}

/** Checks one after the other, behind the steps given; the last of them is what comes next waits for. */
export function emitChecks(
  x: Checked,
  checks: readonly RolloutCheck[],
  host: string,
  after: readonly number[],
): readonly number[] {
  const workload = x.part.workload.id;
  return checks.reduce<readonly number[]>((gate, check) => {
    const head = { host, cause: `check ${describe(check)}`, workload, after: gate };
    return [x.build.graph.add('rollout.check', head, { workload, check: resolved(x, check, host) })];
  }, after);
}

/** True for checks that ask through the gateway, and so see whatever set has the requests. */
export function goesThroughGateway(check: RolloutCheck): boolean {
  return check.type === 'http' && check.url.startsWith('/');
}

/** A path is asked at the port the host publishes for the workload. */
function resolved({ build, part }: Checked, check: RolloutCheck, host: string): RolloutCheck {
  if (check.type !== 'http' || !check.url.startsWith('/')) return check;
  const { desired } = build;
  const endpoints = desired.endpoints.filter((e) => e.workloads.includes(part.workload.id));
  const direct = endpoints.flatMap((e) => e.ports.filter((p) => isByGateway(p, e, desired) || p.publish?.hostPort));
  const route = desired.routes.find((r) => endpoints.some((e) => e.id === r.endpoint));
  const port = direct[0]?.publish?.hostPort ?? route?.httpPort ?? 80;
  const address = build.hosts.get(host)?.address ?? '127.0.0.1';
  const name = address.includes(':') ? `[${address}]` : address;
  return { ...check, url: `http://${name}:${port}${check.url}` };
}

function describe(check: RolloutCheck): string {
  if (check.type === 'http') return check.url;
  return check.type === 'prometheus' ? check.query : check.command.join(' ');
}
