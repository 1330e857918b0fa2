import { isAbsolute, relative } from 'node:path';
import type { Diagnostic, Severity } from '../model/diagnostic.ts';
import { sha256Hex } from '../model/spec-hash.ts';

const SEVERITIES: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'minor', note: 'info' };

/**
 * Diagnostics as the report that GitLab shows beside the lines of a merge request; those without a place stand at the
 * first line of `fallback`, as it shows none otherwise.
 *
 * @param cwd the checkout; places are given relative to it
 * @see https://docs.gitlab.com/ci/testing/code_quality/, "Code Quality report format"
 */
export function codeQualityReport(diagnostics: readonly Diagnostic[], cwd: string, fallback: string): string {
  const seen = new Map<string, number>();
  const issues = diagnostics.map((diagnostic) => {
    const { code, severity, message, position, path, where, detail, why, fix } = diagnostic;
    const file = position !== undefined && position.file !== '-' ? position.file : fallback;
    const near = isAbsolute(file) ? relative(cwd, file) : file;
    const description = [message, where ?? path, detail, why, fix && `fix: ${fix}`].filter(Boolean).join('; ');
    const identity = `${code} ${near} ${path ?? where ?? ''} ${detail ?? ''}`;
    const times = seen.get(identity) ?? 0;
    seen.set(identity, times + 1);
    return {
      description,
      check_name: code,
      fingerprint: sha256Hex(`${identity} ${times}`),
      severity: SEVERITIES[severity],
      location: { path: near, lines: { begin: position?.line ?? 1 } },
    };
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}
