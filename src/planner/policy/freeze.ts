import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Policy } from '../../model/policy.ts';
import { violation } from './violation.ts';

/** Freeze windows that are open now. */
export function freezeViolations({ freeze }: Policy, nowMs: number): Diagnostic[] {
  return freeze
    .filter((window) => window.fromMs <= nowMs && nowMs < window.toMs)
    .map((window) =>
      violation(
        'freeze',
        'nothing is applied at this time',
        undefined,
        `${window.reason ?? 'a freeze window'} lasts until ${new Date(window.toMs).toISOString()}`,
        'wait until then, or change policy.freeze',
      ),
    );
}
