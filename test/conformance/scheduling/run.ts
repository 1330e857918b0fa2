import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, differs, type Kind } from './case.ts';
import { kinds as cronjob } from './k8s-cronjob.ts';
import { kinds as daemonset } from './k8s-daemonset.ts';
import { kinds as interpodFilter } from './k8s-interpodaffinity-filter.ts';
import { kinds as interpodScore } from './k8s-interpodaffinity-score.ts';
import { kinds as nodeaffinity } from './k8s-nodeaffinity.ts';
import { kinds as nodeports } from './k8s-nodeports.ts';
import { kinds as quantity } from './k8s-quantity.ts';
import { kinds as resourcesFit } from './k8s-resources-fit.ts';
import { kinds as rolling } from './k8s-rolling-arithmetic.ts';
import { kinds as selector } from './k8s-selector.ts';
import { kinds as selectorSpread } from './k8s-selectorspread-score.ts';
import { kinds as statefulset } from './k8s-statefulset.ts';
import { kinds as taints } from './k8s-taints.ts';
import { kinds as topologyFilter } from './k8s-topologyspread-filter.ts';
import { kinds as topologyScore } from './k8s-topologyspread-score.ts';
import { kinds as validation } from './k8s-validation.ts';
import { kinds as swarmConstraints } from './swarm-constraints.ts';
import { kinds as swarmRestart } from './swarm-restart-update.ts';
import { kinds as swarmSpread } from './swarm-spread.ts';

const ADAPTERS: Record<string, Record<string, Kind>> = {
  'k8s-cronjob': cronjob,
  'k8s-daemonset': daemonset,
  'k8s-interpodaffinity-filter': interpodFilter,
  'k8s-interpodaffinity-score': interpodScore,
  'k8s-nodeaffinity': nodeaffinity,
  'k8s-nodeports': nodeports,
  'k8s-quantity': quantity,
  'k8s-resources-fit': resourcesFit,
  'k8s-rolling-arithmetic': rolling,
  'k8s-selector': selector,
  'k8s-selectorspread-score': selectorSpread,
  'k8s-statefulset': statefulset,
  'k8s-taints': taints,
  'k8s-topologyspread-filter': topologyFilter,
  'k8s-topologyspread-score': topologyScore,
  'k8s-validation': validation,
  'swarm-constraints': swarmConstraints,
  'swarm-restart-update': swarmRestart,
  'swarm-spread': swarmSpread,
};

/** One case and what came of it; `problem` is absent when it passed. */
export interface Outcome {
  readonly file: string;
  readonly case: Case;
  readonly problem?: string;
}

/** Runs every case of a folder. A file or kind without an adapter fails: nothing is skipped. */
export function runCases(folder: string): Outcome[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((name) => {
    const file = name.replace(/\.json$/, '');
    const cases = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case[];
    return cases.map((one) => ({ file, case: one, problem: problemOf(ADAPTERS[file]?.[one.kind], one) }));
  });
}

function problemOf(kind: Kind | undefined, { kind: name, input, expect }: Case): string | undefined {
  if (!kind) return `no adapter for kind ${name}`;
  try {
    return differs(expect, kind(input, expect));
  } catch (error) {
    return String(error instanceof Error ? (error.stack ?? error.message) : error);
  }
}
