import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { NamedContainer } from '../planner/import/named.ts';
import type { ImportRequest } from '../planner/import/pick.ts';

export interface ImportFlags {
  readonly 'from-compose'?: string;
  readonly container?: readonly string[];
}

/**
 * What the flags ask for: without any, the compose project that is called as the stack.
 *
 * @throws DiagnosticError (64) for a container that names no workload
 */
export function importRequest(flags: ImportFlags, stack: string): ImportRequest {
  const texts = flags.container ?? [];
  const containers = texts.map(named);
  const wrong = texts.filter((_, i) => containers[i] === undefined);
  if (wrong.length > 0) throw new DiagnosticError(wrong.map(unreadable), EXIT.usage);
  const project = flags['from-compose'] ?? (texts.length === 0 ? stack : undefined);
  return {
    ...(project === undefined ? {} : { project }),
    containers: containers.filter((c): c is NamedContainer => c !== undefined),
  };
}

/** `[HOST:]NAME=WORKLOAD[/ORDINAL]`; a workload of Kubernetes has a slash of its own. */
function named(text: string): NamedContainer | undefined {
  const match = /^(?:([^:=]+):)?([^:=]+)=(.+?)(?:\/(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, host, name = '', workload = '', ordinal] = match;
  return {
    name,
    workload,
    ...(host === undefined ? {} : { host }),
    ...(ordinal === undefined ? {} : { ordinal: Number(ordinal) }),
  };
}

function unreadable(text: string): Diagnostic {
  return {
    severity: 'error',
    code: 'usage/container',
    message: 'a container to take over needs the workload it becomes',
    where: `--container ${text}`,
    fix: 'write --container NAME=WORKLOAD, with /ORDINAL behind it for one of several replicas',
  };
}
