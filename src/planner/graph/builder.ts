import type { Step, StepInputs, StepKind } from '../../model/step.ts';

interface StepHead {
  readonly host: string;
  readonly cause: string;
  readonly after?: Iterable<number>;
  readonly workload?: string;
  readonly destructive?: boolean;
}

/**
 * Collects steps; ids count from 1 in the order added, which is also an order in which they could run:
 * a step can only wait for steps that are already there, so no cycle can be built.
 */
export class GraphBuilder {
  readonly #steps: Step[] = [];

  add<K extends StepKind>(kind: K, head: StepHead, inputs: StepInputs[K]): number {
    const id = this.#steps.length + 1;
    const after = [...new Set(head.after ?? [])].sort((a, b) => a - b);
    const { host, cause, workload, destructive } = head;
    const step = {
      id,
      kind,
      host,
      cause,
      after,
      ...(workload === undefined ? {} : { workload }),
      ...(destructive ? { destructive } : {}),
      ...inputs,
    };
    this.#steps.push(step as unknown as Step);
    return id;
  }

  /** Steps of a kind added so far, on all hosts. */
  stepsOf<K extends StepKind>(kind: K): Step<K>[] {
    return this.#steps.filter((s): s is Step<K> => s.kind === kind);
  }

  /** All steps added so far. */
  ids(): number[] {
    return this.#steps.map((s) => s.id);
  }

  /** Steps of a kind added so far, on one host or on all. */
  idsOf(kind: StepKind, host?: string): number[] {
    return this.#steps.filter((s) => s.kind === kind && (host === undefined || s.host === host)).map((s) => s.id);
  }

  /** The steps with edges removed that others imply. */
  finish(): Step[] {
    return reduceEdges(this.#steps);
  }
}

/** Transitive reduction: an edge stays only when no longer way leads to the same step. */
function reduceEdges(steps: readonly Step[]): Step[] {
  const ancestors = new Map<number, Set<number>>();
  return steps.map((step) => {
    const all = new Set<number>();
    const implied = new Set<number>();
    for (const parent of step.after) {
      all.add(parent);
      for (const older of ancestors.get(parent) ?? []) {
        implied.add(older);
        all.add(older);
      }
    }
    ancestors.set(step.id, all);
    return { ...step, after: step.after.filter((id) => !implied.has(id)) };
  });
}
