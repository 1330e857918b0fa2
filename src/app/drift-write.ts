import { readFileSync } from 'node:fs';
import type { Document, ToStringOptions } from 'yaml';
import type { Difference } from '../model/change.ts';
import { type Diagnostic, DiagnosticError } from '../model/diagnostic.ts';
import { EXIT } from '../model/exit-codes.ts';
import type { Drift } from '../planner/drift.ts';

export interface Written {
  readonly file: string;
  readonly path: string;
  readonly value: unknown;
}

/**
 * Takes what was changed on the hosts over into the compose file that defines the service; comments and order stay.
 *
 * @returns what was written
 * @throws DiagnosticError naming what has no place in a compose file
 */
export async function adoptDrift(drift: readonly Drift[], files: readonly string[]): Promise<Written[]> {
  const [{ isScalar, isSeq, parseDocument }, { default: writeFileAtomic }] = await Promise.all([
    import('yaml'),
    import('write-file-atomic'),
  ]);
  const documents = files
    .filter((f) => f !== '-')
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      return { file, text, document: parseDocument(text), isChanged: false };
    });
  const written: Written[] = [];
  const refused: Diagnostic[] = [];
  for (const { workload, difference } of once(drift)) {
    const place = composePlace(difference);
    const owner = documents.filter(({ document }) => document.hasIn(['services', workload])).at(-1);
    if (place === undefined || owner === undefined) {
      refused.push(noPlace(workload, difference, owner === undefined));
      continue;
    }
    setIn(owner.document, ['services', workload, ...place.path], place.value, { isScalar, isSeq });
    owner.isChanged = true;
    written.push({ file: owner.file, path: `services.${workload}.${place.path.join('.')}`, value: place.value });
  }
  if (refused.length > 0) throw new DiagnosticError(refused, EXIT.failed);
  for (const { file, text, document } of documents.filter((d) => d.isChanged)) {
    const read = parseDocument(text);
    const form = formOf(text, read);
    await writeFileAtomic(file, await patched(text, read.toString(form), document.toString(form)));
  }
  return written;
}

/**
 * The file with what changed in its document, and every other line as it was: printing a document lays out anew what
 * nobody touched.
 *
 * @param before the document as it was read, printed
 * @param after  the document with its changes, printed
 */
async function patched(text: string, before: string, after: string): Promise<string> {
  const { diffArrays } = await import('diff');
  const bare = (line: string) => line.replace(/\s+/g, '');
  const [lines, printed] = [text.split('\n'), before.split('\n')];
  const kept = new Map<number, number>();
  let [at, line] = [0, 0];
  for (const { added, removed, value } of diffArrays(lines, printed, { comparator: (a, b) => bare(a) === bare(b) })) {
    if (!added && !removed) for (let i = 0; i < value.length; i += 1) kept.set(line + i, at + i);
    if (!added) at += value.length;
    if (!removed) line += value.length;
  }
  const result: string[] = [];
  let taken = 0;
  line = 0;
  for (const { added, removed, value } of diffArrays(printed, after.split('\n'))) {
    if (added) result.push(...value);
    else {
      const end = kept.get(line + value.length - 1);
      if (kept.get(line) === undefined || end === undefined) return after;
      if (!removed) result.push(...lines.slice(taken, end + 1));
      taken = end + 1;
      line += value.length;
    }
  }
  return [...result, ...lines.slice(taken)].join('\n');
}

/** The layout that changes the fewest lines of the file. */
function formOf(text: string, document: Document): ToStringOptions {
  const forms = [2, 4].flatMap((indent) =>
    [true, false].flatMap((indentSeq) =>
      [true, false].map((flowCollectionPadding) => ({ indent, indentSeq, flowCollectionPadding, lineWidth: 0 })),
    ),
  );
  const changed = forms.map((form) => {
    const printed = new Set(document.toString(form).split('\n'));
    return text.split('\n').filter((line) => !printed.has(line)).length;
  });
  return forms[changed.indexOf(Math.min(...changed))] ?? { lineWidth: 0 };
}

/** Replicas of a workload drift alike or not at all: each attribute is taken over once. */
function once(drift: readonly Drift[]): { workload: string; difference: Difference }[] {
  const entries = drift.flatMap(({ change, differences }) =>
    differences.map((difference) => ({ workload: change.workload ?? change.resource, difference })),
  );
  return [...new Map(entries.map((e) => [`${e.workload} ${e.difference.path}`, e])).values()];
}

interface Place {
  readonly path: readonly string[];
  /** Undefined takes the key away. */
  readonly value: unknown;
}

/** Where the present value of an attribute belongs in a service; undefined for what compose cannot say. */
function composePlace({ path, from }: Difference): Place | undefined {
  const [head, ...rest] = path.split('.');
  switch (head) {
    case 'image':
      return { path: ['image'], value: from };
    case 'env':
      return {
        path: ['environment', rest.join('.')],
        value: typeof from === 'object' && from !== null && 'value' in from ? from.value : undefined,
      };
    case 'user':
      return { path: ['user'], value: from };
    case 'workingDir':
      return { path: ['working_dir'], value: from };
    case 'hostname':
      return { path: ['hostname'], value: from };
    case 'restart':
      return rest[0] === 'name' ? { path: ['restart'], value: from } : undefined;
    case 'resources':
      return resourcePlace(rest[0], from);
    default:
      return undefined;
  }
}

function resourcePlace(attribute: string | undefined, from: unknown): Place | undefined {
  const limits = ['deploy', 'resources', 'limits'];
  if (attribute === 'memoryBytes')
    return { path: [...limits, 'memory'], value: from === undefined ? undefined : `${from}b` };
  if (attribute === 'nanoCpus')
    return { path: [...limits, 'cpus'], value: from === undefined ? undefined : String(Number(from) / 1e9) };
  if (attribute === 'pids') return { path: [...limits, 'pids'], value: from };
  return attribute === 'memoryReservationBytes'
    ? { path: ['deploy', 'resources', 'reservations', 'memory'], value: from === undefined ? undefined : `${from}b` }
    : undefined;
}

/** Sets a value, or takes it away; an `environment` that is a list keeps its form. */
function setIn(
  document: Document,
  path: readonly string[],
  value: unknown,
  { isScalar, isSeq }: Pick<typeof import('yaml'), 'isScalar' | 'isSeq'>,
): void {
  const [parent, name] = [path.slice(0, -1), path.at(-1) as string];
  const list = document.getIn(parent);
  if (!isSeq(list)) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
    return;
  }
  const nameOf = (item: unknown) => String(isScalar(item) ? item.value : item).split('=', 1)[0];
  const at = list.items.findIndex((item) => nameOf(item) === name);
  if (at < 0 && value !== undefined) document.addIn(parent, `${name}=${value}`);
  else if (at >= 0 && value === undefined) document.deleteIn([...parent, at]);
  else if (at >= 0) document.setIn([...parent, at], `${name}=${value}`);
}

function noPlace(workload: string, { path }: Difference, noFile: boolean): Diagnostic {
  return {
    severity: 'error',
    code: 'drift/not-written',
    message: 'a change on the hosts cannot be written into the files',
    where: `${workload}: ${path}`,
    why: noFile
      ? 'no compose file of this run defines the service'
      : 'a compose file has no key for it, or the object itself is gone',
    fix: 'revert it with stowage apply, or ignore it under drift.ignore in stowage.yaml',
  };
}
