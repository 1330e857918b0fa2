// Compares what the command said of a case with what the API server said (README of the conformance set).

const IGNORED_ADMISSION = {
  Pod: ['spec.tolerations', 'spec.priority', 'spec.preemptionPolicy'],
  PersistentVolume: ['metadata.finalizers'],
  PersistentVolumeClaim: ['metadata.finalizers'],
  Namespace: ['spec.finalizers'],
};

/** @returns {string[]} what differs; empty is a pass */
export function compareError(diagnostics, expected, mutation) {
  const problems = [];
  const errors = diagnostics.filter((d) => d.severity === 'error');
  if (errors.length === 0) return ['accepted, but the server refuses it'];
  for (const [object, entries] of groupByObject(expected)) {
    const said = errors.filter((d) => belongsTo(d, object)).map((d) => d.path ?? '');
    for (const entry of entries) {
      if (entry.reason === 'MissingRequiredField' && entry.origin === 'client') continue;
      if (!isReported(entry, entries, said, mutation)) {
        problems.push(`${object || 'file'}: ${entry.field} (${entry.reason}) is not among ${JSON.stringify(said)}`);
      }
    }
  }
  return problems;
}

/** Paths that the command reports and the server does not; they do not fail a case. */
export function extraPaths(diagnostics, expected, mutation) {
  const known = new Set(expected.flatMap(({ field }) => [field, bare(field)]));
  const isKnown = (path) => known.has(path) || known.has(bare(path)) || isUnder(path, mutation?.path ?? '?');
  const decoding = expected.filter(({ reason }) => reason === 'BadRequest').map(({ field }) => bare(field));
  return diagnostics
    .filter((d) => d.severity === 'error')
    .map((d) => d.path ?? '')
    .filter((path) => !isKnown(path) && !decoding.some((field) => isUnder(bare(path), field)));
}

function groupByObject(expected) {
  const groups = new Map();
  for (const entry of expected) {
    const key = entry.kind ? `${entry.kind} ${entry.name ?? ''}`.trim() : '';
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}

function belongsTo(diagnostic, object) {
  if (object === '') return true;
  return diagnostic.where === object || (diagnostic.where ?? '').startsWith(`${object}`);
}

function isReported(entry, entries, said, mutation) {
  if (entry.reason === 'ParseError') return said.length > 0;
  if (entry.reason !== 'BadRequest') return said.includes(entry.field);
  // A decoding failure: the server's path has no indices and may be wrong or empty; others are exact.
  const exact = entries.filter(({ reason }) => reason === 'InvalidType').map(({ field }) => field);
  if (said.some((path) => exact.includes(path))) return true;
  if (mutation && said.some((path) => isUnder(path, mutation.path) || isUnder(bare(path), bare(mutation.path))))
    return true;
  return said.some((path) => entry.field !== '' && isUnder(bare(path), entry.field));
}

function isUnder(path, parent) {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}

function bare(path = '') {
  return path.replace(/\[(\d+|\*)\]/g, '');
}

/** @returns {string[]} what differs; empty is a pass */
export function compareObjects(actual, expected, { gateDropped = [], defaultNamespace = 'default', input = [] } = {}) {
  if (actual.length !== expected.length) return [`${actual.length} objects instead of ${expected.length}`];
  return expected.flatMap((object, i) => {
    const ignored = [...(IGNORED_ADMISSION[object.kind] ?? []), ...gateDropped];
    const strip = (value) => normalize(without(value, ignored));
    const a = strip(actual[i]);
    const e = strip(object);
    if (e.metadata?.namespace === undefined) delete a.metadata?.namespace;
    if (input[i]?.metadata?.namespace === undefined && e.metadata?.namespace === 'default') {
      if (a.metadata?.namespace === defaultNamespace) a.metadata.namespace = 'default';
    }
    return differences(a, e, `${object.kind}/${object.metadata?.name ?? object.metadata?.generateName}`);
  });
}

function without(value, paths) {
  const copy = structuredClone(value);
  for (const path of paths) {
    const keys = path.split('.');
    const last = keys.pop();
    let at = copy;
    for (const key of keys) at = at?.[key];
    if (at) delete at[last];
  }
  return copy;
}

/** Empty maps, empty lists and null are the same as absent. */
function normalize(value) {
  if (Array.isArray(value)) return value.map((item) => normalize(item) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const clean = normalize(item);
    const empty =
      clean === null || clean === undefined || (typeof clean === 'object' && Object.keys(clean).length === 0);
    return empty ? [] : [[key, clean]];
  });
  return Object.fromEntries(entries);
}

function differences(a, e, path) {
  if (Object.is(a, e)) return [];
  if (typeof a === 'object' && typeof e === 'object' && a && e && Array.isArray(a) === Array.isArray(e)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(e)]);
    return [...keys].flatMap((key) => differences(a[key], e[key], `${path}.${key}`));
  }
  return [`${path}: ${JSON.stringify(a)} instead of ${JSON.stringify(e)}`];
}
