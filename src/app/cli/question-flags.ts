import { boolean, string } from '@oclif/core/flags';
import { type Diagnostic, DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import type { SchedulingHost } from '../../model/placement.ts';
import type { PlacementQuestions } from '../../planner/placement/questions.ts';
import type { WhatIf } from '../../planner/what-if.ts';
import { noSuchHost } from '../named-host.ts';

const repeatable = { multiple: true, multipleNonGreedy: true, helpGroup: 'WHAT IF' } as const;

/** Questions that are answered by planning and touch nothing. */
export const questionFlags = {
  explain: string({
    description: 'say why the replicas of a workload are where they are, or what a step (by number) is for; repeatable',
    helpValue: 'WORKLOAD|STEP',
    multiple: true,
    multipleNonGreedy: true,
  }),
  without: string({ description: 'plan as if this host were gone; repeatable', helpValue: 'HOST', ...repeatable }),
  drain: string({
    description: 'plan as if this host had to be emptied; repeatable',
    helpValue: 'HOST',
    ...repeatable,
  }),
  'add-host': string({
    description: 'plan as if there were one more host: NAME,cpus=4,memory=8G,label=zone=b; repeatable',
    helpValue: 'SPEC',
    ...repeatable,
  }),
  rebalance: boolean({ description: 'propose moves that even things out', helpGroup: 'WHAT IF' }),
  against: string({
    description: 'plan against a snapshot instead of the hosts',
    helpValue: 'FILE',
    helpGroup: 'WHAT IF',
  }),
};

export interface QuestionFlags {
  readonly explain?: readonly string[];
  readonly without?: readonly string[];
  readonly drain?: readonly string[];
  readonly 'add-host'?: readonly string[];
  readonly rebalance: boolean;
  readonly against?: string;
}

/** Numbers are steps, all else workloads. */
export function explained(flags: QuestionFlags): { readonly workloads: string[]; readonly steps: number[] } {
  const all = flags.explain ?? [];
  return { workloads: all.filter((x) => !/^\d+$/.test(x)), steps: all.filter((x) => /^\d+$/.test(x)).map(Number) };
}

/**
 * @param hosts names of the hosts there are
 * @throws DiagnosticError (64) for a host that is not there, or a specification that cannot be read
 */
export async function askedOf(
  flags: QuestionFlags,
  hosts: readonly string[],
): Promise<{ readonly whatIf: WhatIf; readonly questions: PlacementQuestions }> {
  const { without = [], drain = [] } = flags;
  const unknown = [...without, ...drain].filter((name) => !hosts.includes(name));
  if (unknown.length > 0)
    throw new DiagnosticError(
      unknown.map((name) => noSuchHost(name, hosts)),
      EXIT.usage,
    );
  const addHosts = await hostSpecs(flags['add-host'] ?? []);
  return {
    whatIf: { without, drain, addHosts },
    questions: { rebalance: flags.rebalance, explain: explained(flags).workloads },
  };
}

async function hostSpecs(texts: readonly string[]): Promise<SchedulingHost[]> {
  if (texts.length === 0) return [];
  const { parseHostSpec } = await import('../../planner/placement/what-if.ts');
  return texts.map((text) => {
    const parsed = parseHostSpec(text);
    if (!('problem' in parsed)) return parsed;
    throw new DiagnosticError([badSpec(text, parsed.problem)], EXIT.usage);
  });
}

function badSpec(text: string, why: string): Diagnostic {
  return {
    severity: 'error',
    code: 'usage/host-spec',
    message: 'a host to imagine cannot be read',
    where: `--add-host ${text}`,
    why,
    fix: 'write it as NAME,cpus=4,memory=8G,label=zone=b',
  };
}
