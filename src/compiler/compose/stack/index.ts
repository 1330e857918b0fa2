import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { JsonMap } from '../canonical/codec.ts';
import { createSession } from '../load-project.ts';
import type { LoadOptions } from '../options.ts';
import { checkpoint, hasErrors, type Session, Stop, stop } from '../session.ts';
import { isAbsolute, joinPath } from '../values/file-path.ts';
import { loadStackFile, type StackFile } from './load.ts';
import { mergeStackFiles } from './merge.ts';

export interface LoadedStack {
  /** Absent exactly when an error is among the diagnostics. */
  readonly project?: JsonMap;
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads stack files as `docker stack config` does: their own interpolation, schema by version, merge and paths. */
export function loadStackProject(options: LoadOptions): LoadedStack {
  const session = createSession(options);
  try {
    const project = run(options, session);
    return { ...(!hasErrors(session) && { project }), diagnostics: session.diagnostics };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { diagnostics: session.diagnostics };
  }
}

function run(options: LoadOptions, session: Session): JsonMap {
  const files = options.files.flatMap((list) => list.split(',')).map((file) => absolute(file, session));
  const [first] = files;
  if (first === undefined)
    return stop(session, 'no-file', {
      message: 'there is no stack file',
      where: session.currentDirectory,
      fix: 'name one with -c',
    });
  const isStdinOnly = first === '-' && files.length === 1;
  const folder = isStdinOnly || first === '-' ? session.currentDirectory : joinPath(first, '..');
  const context = { session, folder, variables: new Map(Object.entries(options.environment)) };
  const loaded = files.map((file) => loadStackFile(file, context));
  checkVersions(loaded, files, session);
  checkpoint(session);
  return form(mergeStackFiles(loaded));
}

function absolute(file: string, session: Session): string {
  return file === '-' || isAbsolute(file) ? file : joinPath(session.currentDirectory, file);
}

function checkVersions(loaded: readonly StackFile[], files: readonly string[], session: Session): void {
  const other = loaded.findIndex(({ version }) => version !== loaded[0]?.version);
  if (other < 0) return;
  stop(session, 'stack-version', {
    message: 'the files are of different versions',
    where: files[other] ?? '',
    why: `${loaded[0]?.version} and ${loaded[other]?.version}`,
    fix: 'give all of them the same version:',
  });
}

function form({ version, sections, extensions }: StackFile): JsonMap {
  const { services = {}, ...rest } = sections;
  const given = Object.entries(rest).filter(([, section]) => Object.keys(section).length > 0);
  return { version, services, ...Object.fromEntries(given), ...extensions };
}
