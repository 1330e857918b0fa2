import type { ErrorObject } from 'ajv';
import type { Diagnostic, Position } from '../../model/diagnostic.ts';
import { didYouMean } from '../../model/suggest.ts';
import type { MapEntry, Node } from '../source/tree.ts';

/** Checks the document against its schema; one diagnostic per culprit, at its place. */
export async function schemaDiagnostics(root: Node, value: unknown): Promise<readonly Diagnostic[]> {
  const { default: validate } = await import('./validate.generated.js');
  if (validate(value)) return [];
  const seen = new Set<string>();
  return (validate.errors ?? []).flatMap((error) => {
    const diagnostic = toDiagnostic(error, root);
    const key = `${diagnostic.position?.line}:${diagnostic.position?.column}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [diagnostic];
  });
}

function toDiagnostic(error: ErrorObject, root: Node): Diagnostic {
  const steps = error.instancePath.split('/').slice(1).map(unescapeStep);
  const found = follow(root, steps);
  const path = pathText(steps);
  const at = (position: Position) => ({ severity: 'error' as const, position });
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params.additionalProperty);
      const known = Object.keys((error.parentSchema?.properties ?? {}) as object);
      return {
        ...at(entryOf(found.node, key)?.keyPosition ?? found.node.position),
        code: 'stowage-file/unknown-field',
        message: 'unknown field',
        path: path === '' ? key : `${path}.${key}`,
        fix: didYouMean(key, known) ?? `use one of ${known.join(', ')}`,
      };
    }
    case 'propertyNames':
    case 'pattern':
      if (error.propertyName !== undefined || error.keyword === 'propertyNames')
        return badName(error, found.node, path);
      break;
    case 'required':
      return {
        ...at(found.keyPosition ?? found.node.position),
        code: 'stowage-file/missing-field',
        message: 'missing field',
        path,
        detail: `needs ${error.params.missingProperty}`,
        fix: `add \`${error.params.missingProperty}:\` here`,
      };
  }
  return {
    ...at(found.node.position),
    code: 'stowage-file/value',
    message: 'value not allowed',
    path,
    ...explain(error),
  };
}

function badName(error: ErrorObject, node: Node, path: string): Diagnostic {
  const key = String(error.propertyName ?? error.params.propertyName);
  return {
    severity: 'error',
    code: 'stowage-file/name',
    message: 'name not allowed',
    position: entryOf(node, key)?.keyPosition ?? node.position,
    path: `${path}.${key}`,
    fix: 'use letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit',
  };
}

function explain(error: ErrorObject): Pick<Diagnostic, 'why' | 'fix'> {
  switch (error.keyword) {
    case 'type':
      return { fix: `write ${typeNames(error.params.type)}` };
    case 'enum': {
      const allowed = (error.params.allowedValues as unknown[]).map(String);
      const guess = typeof error.data === 'string' ? didYouMean(error.data, allowed) : undefined;
      return { why: `it is one of ${allowed.join(', ')}`, fix: guess ?? `write one of ${allowed.join(', ')}` };
    }
    case 'pattern':
    case 'maxLength':
      return { fix: String(error.parentSchema?.['x-fix'] ?? `it ${error.message}`) };
    case 'minLength':
      return { fix: 'write a value, or remove the field' };
    default:
      return { fix: `it ${error.message ?? 'is not allowed'}` };
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a mapping',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
  null: 'nothing',
};

function typeNames(type: unknown): string {
  const types = (Array.isArray(type) ? type : [type]).map(String);
  return types.map((name) => TYPE_NAMES[name] ?? name).join(' or ');
}

interface Found {
  readonly node: Node;
  readonly keyPosition?: Position;
}

/** As far as the path goes. */
function follow(root: Node, steps: readonly string[]): Found {
  let found: Found = { node: root };
  for (const step of steps) {
    if (found.node.kind === 'map') {
      const entry = entryOf(found.node, step);
      if (!entry) break;
      found = { node: entry.value, keyPosition: entry.keyPosition };
    } else if (found.node.kind === 'sequence') {
      const node = found.node.items[Number(step)];
      if (!node) break;
      found = { node };
    }
  }
  return found;
}

function entryOf(node: Node, key: string): MapEntry | undefined {
  return node.kind === 'map' ? node.entries.get(key) : undefined;
}

function pathText(steps: readonly string[]): string {
  return steps.map((step, i) => (/^\d+$/.test(step) ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
