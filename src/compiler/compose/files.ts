import type { Position } from '../../model/diagnostic.ts';
import { decodeYaml } from '../source/decode.ts';
import { readYaml } from '../source/read-yaml.ts';
import type { Node } from '../source/tree.ts';
import { isRemoteResource } from './resolve-paths.ts';
import { checkpoint, type Session, stop } from './session.ts';
import { isAbsolute, joinPath } from './values/file-path.ts';

/** A file of the project: its absolute path, or `-` for standard input. */
export type FileName = string;

/** Documents of a compose file, read once. Malformed YAML ends the compilation. */
export function readDocuments(file: FileName, session: Session, from?: Position): readonly Node[] {
  const known = session.documents.get(file);
  if (known) return known;
  const { documents, diagnostics } = readYaml(readText(file, session, from), file, { dialect: 'compose' });
  session.diagnostics.push(...diagnostics);
  checkpoint(session);
  session.documents.set(file, documents);
  return documents;
}

function readText(file: FileName, session: Session, from: Position | undefined): string {
  if (file === '-') return session.stdin ?? '';
  const bytes = tryReadBytes(file, session);
  const text = bytes && decodeYaml(bytes);
  if (text !== undefined) return text;
  if (bytes)
    return stop(session, 'file-encoding', {
      message: 'a compose file is not UTF-8',
      where: file,
      fix: 'save it as UTF-8',
    });
  return stop(session, 'file-not-found', {
    message: session.reader.isDirectory(file)
      ? 'a folder was given where a file was meant'
      : 'a compose file is not there',
    ...(from && { position: from }),
    where: file,
    fix: 'check the path; it starts from the folder of the file that names it',
  });
}

/** Text of a file, or undefined when it is not there; a file that cannot be read ends the compilation. */
export function tryRead(file: string, session: Session): string | undefined {
  return attempt(file, session, () => session.reader.readText(file));
}

function tryReadBytes(file: string, session: Session): Uint8Array | undefined {
  return attempt(file, session, () => session.reader.readBytes(file));
}

function attempt<T>(file: string, session: Session, read: () => T | undefined): T | undefined {
  if (session.reader.isDirectory(file)) return undefined;
  try {
    return read();
  } catch (error) {
    return stop(session, 'file-unreadable', {
      message: 'a file cannot be read',
      where: file,
      why: error instanceof Error ? error.message : String(error),
      fix: 'check its permissions',
    });
  }
}

/** The absolute path of a file that another file names. */
export function locate(path: string, folder: string, session: Session, from: Position): string {
  if (isRemoteResource(path))
    stop(session, 'remote-file', {
      message: 'files of other machines are not fetched',
      position: from,
      detail: path,
      fix: 'fetch it first and name the local copy',
    });
  return isAbsolute(path) ? path : joinPath(folder, path);
}

/** The folder that relative paths of a file start from, relative to `folder`. */
export function folderOf(path: string, folder: string, session: Session): string {
  const absolute = isAbsolute(path) ? path : joinPath(folder, path);
  const own = session.reader.isDirectory(absolute) ? absolute : parentOf(absolute);
  return relativeTo(folder, own);
}

function parentOf(path: string): string {
  return joinPath(path, '..');
}

function relativeTo(from: string, to: string): string {
  const a = from.split('/').filter(Boolean);
  const b = to.split('/').filter(Boolean);
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return [...a.slice(shared).map(() => '..'), ...b.slice(shared)].join('/') || '.';
}
