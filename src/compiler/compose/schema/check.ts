import type { Position } from '../../../model/diagnostic.ts';
import { didYouMean } from '../../../model/suggest.ts';
import { TIMESTAMP_TAG } from '../../source/resolve-scalar.ts';
import type { MapNode, Node, ScalarNode, SequenceNode } from '../../source/tree.ts';
import { typeName } from '../nodes.ts';
import { fieldPath } from '../paths.ts';
import type { ListShape as List, MapShape, ScalarShape, Shape, TypeName } from './shape.ts';

/** Something a file holds where it may not. */
export interface ShapeProblem {
  readonly code: 'unknown-key' | 'type' | 'value' | 'missing-key' | 'duplicate-item';
  readonly message: string;
  readonly position: Position;
  readonly path: string;
  readonly detail?: string;
  readonly fix: string;
}

/** All places where a node departs from a shape. */
export function checkShape(node: Node, shape: Shape, path = ''): ShapeProblem[] {
  const problems: ShapeProblem[] = [];
  check(node, shape, path, problems);
  return problems;
}

function check(node: Node, shape: Shape, path: string, problems: ShapeProblem[]): void {
  switch (shape.kind) {
    case 'any':
      return;
    case 'choice': {
      const branches = shape.of.filter((one) => accepts(node, one));
      const branch = branches.find((one) => hasRequired(node, one)) ?? branches[0];
      if (branch) check(node, branch, path, problems);
      else problems.push(wrongType(node, shape, path));
      return;
    }
    case 'map':
      if (node.kind === 'map') checkMap(node, shape, path, problems);
      else problems.push(wrongType(node, shape, path));
      return;
    case 'list':
      if (node.kind === 'sequence') checkList(node, shape, path, problems);
      else problems.push(wrongType(node, shape, path));
      return;
    case 'scalar':
      if (node.kind === 'scalar' && shape.types.some((type) => isOfType(node, type)))
        checkScalar(node, shape, path, problems);
      else problems.push(wrongType(node, shape, path));
  }
}

function accepts(node: Node, shape: Shape): boolean {
  if (shape.kind === 'choice') return shape.of.some((one) => accepts(node, one));
  if (shape.kind === 'map') return node.kind === 'map';
  if (shape.kind === 'list') return node.kind === 'sequence';
  if (shape.kind === 'any') return true;
  return node.kind === 'scalar' && shape.types.some((type) => isOfType(node, type));
}

/** Tells several maps of a choice apart. */
function hasRequired(node: Node, shape: Shape): boolean {
  return node.kind !== 'map' || shape.kind !== 'map' || shape.required.every((key) => node.entries.has(key));
}

function isOfType(node: ScalarNode, type: TypeName): boolean {
  if (node.tag === TIMESTAMP_TAG) return false;
  const { value } = node;
  if (type === 'null') return value === null;
  if (type === 'number') return typeof value === 'number' || typeof value === 'bigint';
  if (type === 'integer') return typeof value === 'bigint' || Number.isInteger(value);
  return typeof value === type;
}

function checkMap(node: MapNode, shape: MapShape, path: string, problems: ShapeProblem[]): void {
  for (const { key, keyPosition, value } of node.entries.values()) {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    const at = fieldPath(path, key);
    if (field) check(value, field, at, problems);
    else if (shape.names?.pattern.test(key)) check(value, shape.names.shape, at, problems);
    else if (shape.others === 'none' || (shape.others === 'extensions' && !key.startsWith('x-')))
      problems.push(unknownKey(key, { ...keyPosition, length: key.length }, shape, at));
  }
  for (const key of shape.required) {
    if (node.entries.has(key)) continue;
    problems.push({
      code: 'missing-key',
      message: 'a required key is missing',
      position: node.position,
      path,
      detail: `${path} has no ${key}`,
      fix: `add ${key}:`,
    });
  }
}

function unknownKey(key: string, position: Position, shape: MapShape, path: string): ShapeProblem {
  const known = Object.keys(shape.fields);
  if (shape.names)
    return {
      code: 'value',
      message: 'a name has characters it may not have',
      position,
      path,
      detail: key,
      fix: 'use letters, digits, dots, dashes and underscores',
    };
  return {
    code: 'unknown-key',
    message: 'no such key here',
    position,
    path,
    detail: key,
    fix: didYouMean(key, known) ?? `remove it, or name it x-${key} if it is for another tool`,
  };
}

function checkList(node: SequenceNode, shape: List, path: string, problems: ShapeProblem[]): void {
  const seen = shape.unique ? new Set<string>() : undefined;
  for (const [i, item] of node.items.entries()) {
    const at = fieldPath(path, i);
    check(item, shape.items, at, problems);
    if (!seen) continue;
    const identity = identityOf(item);
    if (seen.has(identity))
      problems.push({
        code: 'duplicate-item',
        message: 'a list holds the same item twice',
        position: item.position,
        path: at,
        detail: item.kind === 'scalar' ? item.text : path,
        fix: 'remove one of them',
      });
    seen.add(identity);
  }
}

/** Equal for equal values, whatever the order of keys; 1 and 1.0 are equal. */
export function identityOf(node: Node): string {
  if (node.kind === 'scalar') return typeof node.value === 'string' ? JSON.stringify(node.value) : String(node.value);
  if (node.kind === 'sequence') return `[${node.items.map(identityOf).join()}]`;
  const pairs = [...node.entries.values()].map(({ key, value }) => `${JSON.stringify(key)}:${identityOf(value)}`);
  return `{${pairs.sort().join()}}`;
}

function checkScalar(node: ScalarNode, shape: ScalarShape, path: string, problems: ShapeProblem[]): void {
  const bad = (message: string, fix: string): void => {
    problems.push({
      code: 'value',
      message,
      position: { ...node.position, length: node.text.length || 1 },
      path,
      detail: node.text,
      fix,
    });
  };
  const { value } = node;
  if (typeof value === 'string' && shape.values && !shape.values.includes(value))
    bad('a value is none of those allowed', didYouMean(value, shape.values) ?? `use one of ${shape.values.join(', ')}`);
  if (typeof value === 'string' && shape.pattern && !shape.pattern.test(value))
    bad('a value does not have the form it must have', `it must match ${shape.pattern.source}`);
  if (shape.format && value !== null && !shape.format.accepts(String(value)))
    bad('a value does not have the form it must have', `write ${shape.format.name}`);
  if (typeof value !== 'number' && typeof value !== 'bigint') return;
  if (shape.minimum !== undefined && value < shape.minimum)
    bad('a number is too small', `use ${shape.minimum} or more`);
  if (shape.maximum !== undefined && value > shape.maximum)
    bad('a number is too large', `use ${shape.maximum} or less`);
}

function wrongType(node: Node, shape: Shape, path: string): ShapeProblem {
  const wanted = [...new Set(typesOf(shape))];
  const given = node.kind === 'scalar' && node.tag === TIMESTAMP_TAG ? 'date' : typeName(node);
  const hint =
    node.kind === 'scalar' && wanted.includes('string') && node.text
      ? `put quotes around it: "${node.text}"`
      : undefined;
  return {
    code: 'type',
    message: 'a value has the wrong type',
    position: node.position,
    path,
    detail: `${path || 'the document'} must be a ${wanted.join(' or ')}, not a ${given}`,
    fix: hint ?? `write a ${wanted.join(' or a ')}`,
  };
}

function typesOf(shape: Shape): string[] {
  if (shape.kind === 'choice') return shape.of.flatMap(typesOf);
  if (shape.kind === 'scalar') return shape.types.map((type) => (type === 'integer' ? 'whole number' : type));
  return [shape.kind === 'map' ? 'mapping' : shape.kind === 'list' ? 'list' : 'value'];
}
