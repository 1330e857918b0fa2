import type { SpecFile } from '../../model/spec.ts';

/**
 * Signals to send when the files of a running container are replaced in place; undefined when they cannot be: files
 * come or go, change their owner or mode, or the content of one changes that no signal was given for.
 */
export function signalsFor(before: readonly SpecFile[], after: readonly SpecFile[]): readonly string[] | undefined {
  if (before.length !== after.length) return undefined;
  const signals = new Set<string>();
  for (const file of after) {
    const old = before.find((f) => f.target === file.target);
    if (old === undefined || old.uid !== file.uid || old.gid !== file.gid || old.mode !== file.mode) return undefined;
    if (old.digest === file.digest) continue;
    if (file.signal === undefined) return undefined;
    signals.add(file.signal);
  }
  return [...signals].sort();
}
