import { dirname } from 'node:path';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { sortDiagnostics } from '../../model/diagnostic.ts';
import { get } from '../source/build.ts';
import { toPlain } from '../source/plain.ts';
import { readYaml } from '../source/read-yaml.ts';
import type { MapNode, Node } from '../source/tree.ts';
import type { Context } from './context.ts';
import { settingsOf } from './convert.ts';
import { schemaDiagnostics } from './schema-errors.ts';
import type { FileSettings, StowageFileResult } from './types.ts';

/**
 * Reads stowage.yaml. Collects every finding: malformed YAML, unknown and mistyped fields with what was
 * probably meant, addresses and taints that cannot be read; each at its line and column.
 *
 * @param path absolute; relative paths in the file start from its folder
 * @param home what `~/` stands for in paths of keys
 * @see schemas/stowage.schema.json
 */
export async function readStowageFile(text: string, path: string, home: string): Promise<StowageFileResult> {
  const { documents, diagnostics: syntax } = readYaml(text, path, { dialect: 'compose' });
  const [root, second] = documents;
  if (syntax.some((d) => d.severity === 'error')) return { diagnostics: syntax };
  if (second) return { diagnostics: [...syntax, severalDocuments(second)] };
  if (!root || isEmpty(root)) return { file: { path, environments: new Map() }, diagnostics: syntax };
  if (root.kind !== 'map') return { diagnostics: [...syntax, noMapping(root)] };
  const schema = await schemaDiagnostics(root, toPlain(root));
  if (schema.length > 0) return { diagnostics: sortDiagnostics([...syntax, ...schema]) };
  return convert(root, { folder: dirname(path), home, diagnostics: [...syntax], hosts: new Map() }, path);
}

function convert(root: MapNode, context: Context, path: string): StowageFileResult {
  const base = settingsOf(root, context);
  const shared: Context = { ...context, hosts: new Map(base.hosts?.map((host) => [host.name, host])) };
  const section = get(root, 'environments');
  const environments = new Map<string, FileSettings>();
  if (section?.kind === 'map') {
    for (const { key, value } of section.entries.values()) {
      environments.set(key, value.kind === 'map' ? settingsOf(value, shared) : {});
    }
  }
  const diagnostics = sortDiagnostics(context.diagnostics);
  if (diagnostics.some((d) => d.severity === 'error')) return { diagnostics };
  return { file: { ...base, path, environments, environmentsPosition: section?.position }, diagnostics };
}

function isEmpty(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function noMapping(node: Node): Diagnostic {
  return {
    severity: 'error',
    code: 'stowage-file/type',
    message: 'stowage.yaml is not a mapping',
    position: node.position,
    fix: 'write fields such as `stack: shop`; `stowage init` writes a commented example',
  };
}

function severalDocuments(node: Node): Diagnostic {
  return {
    severity: 'error',
    code: 'stowage-file/several-documents',
    message: 'stowage.yaml holds more than one document',
    position: node.position,
    fix: 'remove the `---` line, or put the second part under `environments`',
  };
}
