import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import { formatHostAddress } from '../model/host-address.ts';
import type { HostEntry } from '../model/inventory.ts';
import type { Settings } from './settings.ts';

export interface InitResult {
  /** The file written, absolute. */
  readonly path: string;
  readonly text: string;
  readonly stack: string;
  /** Input files it names, relative to it; those that are there or the one to write next. */
  readonly files: readonly string[];
  readonly missingFiles: readonly string[];
}

/**
 * Writes a commented stowage.yaml for what the folder holds.
 *
 * @param hosts what to fill in; empty leaves an example in comments
 * @throws DiagnosticError (64) when there is one already and `force` is not given
 */
export function writeStowageFile(settings: Settings, hosts: readonly HostEntry[], force: boolean): InitResult {
  const path = join(settings.cwd, 'stowage.yaml');
  const found = settings.files.filter((file) => file !== '-').map((file) => relative(settings.cwd, file));
  const files = found.length > 0 ? found : ['compose.yaml'];
  const stack = settings.stack ?? settings.defaultStack;
  const text = stowageFileText(stack, files, hosts);
  try {
    writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere();
    throw cannotWrite(path, error as Error);
  }
  return { path, text, stack, files, missingFiles: found.length > 0 ? [] : files };
}

/** A stowage.yaml with everything one may want to set, most of it in comments. */
export function stowageFileText(stack: string, files: readonly string[], hosts: readonly HostEntry[]): string {
  const lines = hosts.map(({ name, address }) => `  ${name}: ${quoted(formatHostAddress(address))}`);
  return `# What stowage plans and applies. Every field has a flag or a default; all of them are in
# docs/configuration.md.

# Every object on the hosts carries this name.
stack: ${stack}

# Compose files (later ones override earlier ones) and Kubernetes manifests.
files: [${files.map(quoted).join(', ')}]

# Where it runs. Without hosts: the engine the docker command would use.
${hosts.length > 0 ? `hosts:\n${lines.join('\n')}` : EXAMPLE_HOSTS}
#   web-2:
#     address: ssh://deploy@198.51.100.12
#     labels: { zone: b }                    # for placement constraints: node.labels.zone == b
#     jump: ssh://ops@198.51.100.1           # go through this host
#   db-1:
#     address: tcp://198.51.100.13:2376
#     tls: { ca: ca.pem, cert: cert.pem, key: key.pem }

# Variations, chosen with --env NAME. A field given here replaces the one above.
# environments:
#   production:
#     files: [${[...files, 'compose.prod.yaml'].map(quoted).join(', ')}]
#     hosts: [web-2, db-1]

# Checked on every plan; a plan that breaks it is refused.
# policy:
#   forbid: [volume.delete]
#   privileged: false
`;
}

const EXAMPLE_HOSTS = `# hosts:
#   web-1: ssh://deploy@198.51.100.11`;

/** Plain where YAML reads it back as the same text. */
function quoted(text: string): string {
  return /^[A-Za-z0-9./][\w./:@+-]*$/.test(text) && !/: |:$/.test(text) ? text : JSON.stringify(text);
}

function alreadyThere(): DiagnosticError {
  return usage({
    code: 'init/exists',
    message: 'there is a stowage.yaml already',
    where: 'stowage.yaml',
    fix: 'edit it, or pass --force to write it anew',
  });
}

function cannotWrite(path: string, error: Error): DiagnosticError {
  return usage({
    code: 'init/cannot-write',
    message: 'stowage.yaml cannot be written',
    where: path,
    why: error.message,
    fix: 'go to a folder you may write to',
  });
}

function usage(parts: { code: string; message: string; where: string; why?: string; fix: string }): DiagnosticError {
  return new DiagnosticError([{ severity: 'error', ...parts }], EXIT.usage);
}
