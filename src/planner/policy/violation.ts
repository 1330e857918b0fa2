import type { Diagnostic } from '../../model/diagnostic.ts';

/** A broken rule; `rule` is its name under `policy:` in stowage.yaml. */
export function violation(
  rule: string,
  message: string,
  where: string | undefined,
  why: string,
  fix: string,
): Diagnostic {
  return {
    severity: 'error',
    code: `policy/${rule}`,
    message,
    ...(where === undefined ? {} : { where }),
    why,
    fix,
  };
}
