import type { Filter } from '../../../src/planner/placement/filters/filter.ts';
import { firstRefusal } from '../../../src/planner/placement/filters/index.ts';
import type { Score } from '../../../src/planner/placement/scores/score.ts';
import type { Json } from './case.ts';
import type { Cluster } from './kubernetes.ts';

/** The verdict of some filters on the only host. */
export function fits(filters: readonly Filter[], cluster: Cluster): boolean {
  return Object.values(verdicts(filters, cluster))[0]?.fits ?? false;
}

/** The verdict of some filters on each host. */
export function verdicts(filters: readonly Filter[], { cls, state }: Cluster): Record<string, { fits: boolean }> {
  const asked = filters.filter((filter) => filter.applies(cls));
  return Object.fromEntries(
    state.hosts.map((host) => [host.host.name, { fits: firstRefusal(asked, { cls }, host, state) === undefined }]),
  );
}

/** What a score gives each host, or those named. */
export function scores(score: Pick<Score, 'rate'>, { cls, state }: Cluster, names?: readonly string[]): Json {
  const hosts = state.hosts.filter(({ host }) => !names || names.includes(host.name));
  const out = new Float64Array(hosts.length);
  score.rate(cls, hosts, state, out);
  return Object.fromEntries(hosts.map(({ host }, i) => [host.name, out[i]]));
}
