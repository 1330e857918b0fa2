import { join } from 'node:path';
import type { FileReader } from '../compiler/source/reader.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';

/** Input files by front-end, in the order given; `-` is stdin. */
export interface InputKinds {
  readonly compose: readonly string[];
  readonly kubernetes: readonly string[];
}

const MANIFEST = /\.(ya?ml|json)$/;

/** Tells compose files from Kubernetes manifests by what they say; a folder holds manifests. */
export function sortInputs(
  files: readonly string[],
  reader: FileReader,
  stdin: string | undefined,
  recursive: boolean,
): InputKinds {
  const compose: string[] = [];
  const kubernetes: string[] = [];
  for (const file of files) {
    if (file !== '-' && reader.isDirectory(file)) {
      const found = manifestsIn(file, reader, recursive);
      if (found.length === 0) throw new DiagnosticError([emptyFolder(file, recursive)], EXIT.usage);
      kubernetes.push(...found);
      continue;
    }
    const text = file === '-' ? stdin : reader.readText(file);
    if (text === undefined) throw new DiagnosticError([missing(file)], EXIT.usage);
    (isManifest(text) ? kubernetes : compose).push(file);
  }
  return { compose, kubernetes };
}

/** A manifest names its `apiVersion` or `kind` at the top of a document, a compose file never does. */
export function isManifest(text: string): boolean {
  return /^\s*\{?\s*["']?(apiVersion|kind)["']?\s*:/m.test(text) && !/^(services|version|name|include)\s*:/m.test(text);
}

function manifestsIn(folder: string, reader: FileReader, recursive: boolean): string[] {
  return reader.list(folder).flatMap((name) => {
    const path = join(folder, name);
    if (reader.isDirectory(path)) return recursive ? manifestsIn(path, reader, recursive) : [];
    return MANIFEST.test(name) ? [path] : [];
  });
}

function missing(file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'settings/no-such-file',
    message: 'an input file does not exist',
    where: file,
    why: 'there is nothing to read under this path',
    fix: 'check the path given with -f, or in files: of stowage.yaml',
  };
}

function emptyFolder(folder: string, recursive: boolean): Diagnostic {
  return {
    severity: 'error',
    code: 'settings/no-manifests',
    message: 'a folder holds no manifests',
    where: folder,
    why: 'no file in it ends in .yaml, .yml or .json',
    fix: recursive ? 'name another folder' : 'name another folder, or read its subfolders too with -R',
  };
}
