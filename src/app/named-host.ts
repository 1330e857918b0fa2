import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { HostEntry } from '../model/inventory.ts';
import { didYouMean } from '../model/suggest.ts';

/** @throws DiagnosticError (64) when the run has no such host */
export function namedHost(name: string, hosts: readonly HostEntry[]): HostEntry {
  const found = hosts.find((host) => host.name === name);
  if (found !== undefined) return found;
  const names = hosts.map((host) => host.name);
  throw new DiagnosticError([noSuchHost(name, names)], EXIT.usage);
}

/** A host that was named and is none of this run's. */
export function noSuchHost(name: string, names: readonly string[]): Diagnostic {
  return {
    severity: 'error',
    code: 'usage/no-such-host',
    message: 'there is no such host',
    where: name,
    why: `the hosts of this run are ${names.join(', ')}`,
    fix: didYouMean(name, names) ?? 'name one of them',
  };
}
