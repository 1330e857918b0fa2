import { canonicalJson } from '../model/canonical.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { LABEL } from '../model/labels.ts';
import type { LiveContainer, LiveHost, LiveState } from '../model/live.ts';
import { diskReader } from './disk-reader.ts';

const FORMAT = 1;

/** What `stowage snapshot` writes: the live state without anything that is nobody else's business. */
export interface Snapshot {
  readonly version: typeof FORMAT;
  readonly hosts: LiveState['hosts'];
}

/** Leaves out addresses, and of containers that are not ours all but what they hold: ports and reservations. */
export function redact(live: LiveState): Snapshot {
  return { version: FORMAT, hosts: live.hosts.map(redactHost) };
}

function redactHost(host: LiveHost): LiveHost {
  const { address: _address, ...rest } = host;
  return {
    ...rest,
    entry: { ...host.entry, address: { type: 'ssh', host: host.name } },
    containers: host.containers.map(redactContainer),
  };
}

function redactContainer(container: LiveContainer): LiveContainer {
  if (container.labels[LABEL.stack] !== undefined) return container;
  const { inspected: _inspected, spec: _spec, ...rest } = container;
  return { ...rest, name: container.id.slice(0, 12), labels: {}, image: '', status: '', mounts: [] };
}

export async function saveSnapshot(path: string, snapshot: Snapshot): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await writeFileAtomic(path, `${canonicalJson(snapshot)}\n`, { mode: 0o600 });
}

/** @throws DiagnosticError (64) when the file is missing or no snapshot this program reads */
export function loadSnapshot(path: string): LiveState {
  const text = diskReader.readText(path);
  if (text === undefined) throw new DiagnosticError([refusal(path, 'there is no such file')], EXIT.usage);
  const parsed = parse(text);
  if (parsed === undefined) throw new DiagnosticError([refusal(path, 'it is no snapshot of format 1')], EXIT.usage);
  return { hosts: parsed.hosts, unreadable: [] };
}

function parse(text: string): Snapshot | undefined {
  try {
    const value = JSON.parse(text) as Partial<Snapshot>;
    return value.version === FORMAT && Array.isArray(value.hosts) ? (value as Snapshot) : undefined;
  } catch {
    return undefined;
  }
}

function refusal(path: string, why: string): Diagnostic {
  return {
    severity: 'error',
    code: 'snapshot/unreadable',
    message: 'a snapshot cannot be used',
    where: path,
    why,
    fix: 'write one with stowage snapshot --out FILE',
  };
}
