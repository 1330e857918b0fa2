import { project } from '../schema/project.ts';
import type { MapShape, Shape } from '../schema/shape.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The published JSON Schema of compose files with `x-stowage`; the structural check is made of the same shapes. */
export function composeJsonSchema(): JsonSchema {
  const names = new Map<Shape, string>();
  const definitions: Record<string, JsonSchema> = {};
  const shared = sharedShapes(project);
  const reference = (shape: Shape): JsonSchema => {
    if (!shared.has(shape)) return write(shape, reference);
    let name = names.get(shape);
    if (name === undefined) {
      name = `part${names.size + 1}`;
      names.set(shape, name);
      definitions[name] = write(shape, reference);
    }
    return { $ref: `#/$defs/${name}` };
  };
  const body = write(project, reference);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:stowage:schema:compose:1',
    title: 'Compose file with x-stowage',
    description: 'A compose file (version 2 and 3, and the Compose Specification) with the x-stowage keys of stowage.',
    ...body,
    $defs: definitions,
  };
}

/** Shapes that stand in several places become definitions. */
function sharedShapes(root: Shape): ReadonlySet<Shape> {
  const counts = new Map<Shape, number>();
  const visit = (shape: Shape): void => {
    const count = (counts.get(shape) ?? 0) + 1;
    counts.set(shape, count);
    if (count > 1) return;
    for (const child of children(shape)) visit(child);
  };
  visit(root);
  return new Set(
    [...counts].filter(([shape, count]) => count > 1 && children(shape).length > 0).map(([shape]) => shape),
  );
}

function children(shape: Shape): readonly Shape[] {
  if (shape.kind === 'choice') return shape.of;
  if (shape.kind === 'list') return [shape.items];
  if (shape.kind === 'map') return [...Object.values(shape.fields), ...(shape.names ? [shape.names.shape] : [])];
  return [];
}

function write(shape: Shape, reference: (shape: Shape) => JsonSchema): JsonSchema {
  const described = shape.description === undefined ? {} : { description: shape.description };
  switch (shape.kind) {
    case 'any':
      return described;
    case 'choice':
      return { ...described, anyOf: shape.of.map(reference) };
    case 'list':
      return { ...described, type: 'array', items: reference(shape.items), ...(shape.unique && { uniqueItems: true }) };
    case 'map':
      return { ...described, ...writeMap(shape, reference) };
    default:
      return {
        ...described,
        type: shape.types.length === 1 ? shape.types[0] : shape.types,
        ...(shape.values && { enum: shape.values }),
        ...(shape.pattern && { pattern: shape.pattern.source }),
        ...(shape.minimum !== undefined && { minimum: shape.minimum }),
        ...(shape.maximum !== undefined && { maximum: shape.maximum }),
      };
  }
}

function writeMap(shape: MapShape, reference: (shape: Shape) => JsonSchema): JsonSchema {
  const properties = Object.fromEntries(Object.entries(shape.fields).map(([key, field]) => [key, reference(field)]));
  const patterns = {
    ...(shape.names && { [shape.names.pattern.source]: reference(shape.names.shape) }),
    ...(shape.others === 'extensions' && { '^x-': {} }),
  };
  return {
    type: 'object',
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(Object.keys(patterns).length > 0 && { patternProperties: patterns }),
    ...(shape.others !== 'any' && { additionalProperties: false }),
    ...(shape.required.length > 0 && { required: shape.required }),
  };
}
