import type { Diagnostic } from '../../model/diagnostic.ts';
import { DiagnosticError } from '../../model/diagnostic.ts';
import { EXIT } from '../../model/exit-codes.ts';
import { parseHostAddress } from '../../model/host-address.ts';
import type { HostAddress, HostEntry, Inventory } from '../../model/inventory.ts';
import { didYouMean } from '../../model/suggest.ts';

export interface ResolvedInventory {
  readonly inventory: Inventory;
  readonly leftOut: readonly string[];
}

/**
 * The hosts of a run: those of `--host` (names of stowage.yaml, addresses, or NAME=ADDRESS), else those of
 * stowage.yaml, else the engine the docker command line would use.
 *
 * @throws DiagnosticError (64) for an unknown name, an address that cannot be read, or a name given twice
 */
export async function resolveInventory(
  flags: readonly string[] | undefined,
  said: readonly HostEntry[] | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ResolvedInventory> {
  const known = new Map((said ?? []).map((entry) => [entry.name, entry]));
  if (flags && flags.length > 0) {
    const hosts = flags.map((text) => parseFlag(text, known));
    refuseDuplicates(hosts);
    const used = new Set(hosts.map(({ name }) => name));
    return { inventory: { hosts }, leftOut: [...known.keys()].filter((name) => !used.has(name)) };
  }
  if (said && said.length > 0) return { inventory: { hosts: said }, leftOut: [] };
  const { defaultHost } = await import('../../executors/transport/default-host.ts');
  return { inventory: { hosts: [defaultHost(env)] }, leftOut: [] };
}

function parseFlag(text: string, known: ReadonlyMap<string, HostEntry>): HostEntry {
  const entry = known.get(text);
  if (entry) return entry;
  const named = /^([A-Za-z0-9][A-Za-z0-9_.-]*)=(.+)$/s.exec(text);
  const address = named ? (named[2] ?? '') : text;
  const parsed = parseHostAddress(address);
  if (!parsed.ok)
    throw named || /[:/@]/.test(text) ? badAddress(address, parsed.why, parsed.fix) : unknownHost(text, known);
  const labels = {};
  return { name: named?.[1] ?? nameOf(parsed.address), address: parsed.address, labels, taints: [] };
}

function nameOf(address: HostAddress): string {
  return address.type === 'unix' ? 'local' : address.host.replace(/[^A-Za-z0-9_.-]+/g, '-');
}

function badAddress(address: string, why: string, fix: string): DiagnosticError {
  return usage({
    code: 'settings/host-address',
    message: 'this address cannot be used',
    where: `--host ${address}`,
    why,
    fix,
  });
}

function unknownHost(name: string, known: ReadonlyMap<string, HostEntry>): DiagnosticError {
  const names = [...known.keys()];
  return usage({
    code: 'settings/unknown-host',
    message: 'no such host',
    where: `--host ${name}`,
    why: names.length > 0 ? `stowage.yaml has ${names.join(', ')}` : 'stowage.yaml names no hosts',
    fix: didYouMean(name, names) ?? `write an address: --host ${name}=ssh://user@${name}`,
  });
}

function refuseDuplicates(hosts: readonly HostEntry[]): void {
  const seen = new Set<string>();
  for (const { name } of hosts) {
    if (seen.has(name)) {
      throw usage({
        code: 'settings/host-twice',
        message: 'two hosts have the same name',
        where: `--host ${name}`,
        fix: 'give each a name of its own: --host one=ssh://… --host two=ssh://…',
      });
    }
    seen.add(name);
  }
}

function usage(parts: Omit<Diagnostic, 'severity'>): DiagnosticError {
  return new DiagnosticError([{ severity: 'error', ...parts }], EXIT.usage);
}
