import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Step } from '../../model/step.ts';

/** Replicas that failed and that the rollout goes on without, as its policy says. */
export class Tolerance {
  /** Workload → waits that failed. */
  readonly #failed = new Map<string, number>();
  /** `host container` */
  readonly #without = new Set<string>();

  /** Counts a failed step. @returns true when what waits for it may go on */
  bears(step: Step): boolean {
    if (step.kind !== 'health.wait' || step.mayFail === undefined) return false;
    const { workload } = step.replica;
    const failed = (this.#failed.get(workload) ?? 0) + 1;
    this.#failed.set(workload, failed);
    if (failed > step.mayFail) return false;
    this.#without.add(`${step.host} ${step.container}`);
    return true;
  }

  /** The step without replicas that failed: they take no requests. @returns undefined when nothing is left of it */
  withoutFailed(step: Step): Step | undefined {
    if (step.kind !== 'gateway.switch' || this.#without.size === 0) return step;
    const servers = step.servers.filter((s) => !this.#without.has(`${step.host} ${s.container}`));
    return servers.length === 0 ? undefined : { ...step, servers };
  }
}

/** The failure as it is told when the rollout goes on. */
export function borne(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((d) => ({
    ...d,
    severity: 'warning',
    fix: d.fix ?? 'the rollout went on, as its policy says',
  }));
}
