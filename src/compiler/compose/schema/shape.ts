/** Types as a JSON Schema names them. */
export type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** What a place in a compose file may hold; the structural check and the published JSON Schema are both made of it. */
export type Shape = ScalarShape | MapShape | ListShape | ChoiceShape | AnyShape;

interface Described {
  readonly description?: string;
}

export interface AnyShape extends Described {
  readonly kind: 'any';
}

export interface ScalarShape extends Described {
  readonly kind: 'scalar';
  readonly types: readonly TypeName[];
  readonly values?: readonly string[];
  readonly pattern?: RegExp;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: { readonly name: string; readonly accepts: (text: string) => boolean };
}

export interface MapShape extends Described {
  readonly kind: 'map';
  readonly fields: Readonly<Record<string, Shape>>;
  /** Keys of the user's choice, and what they hold. */
  readonly names?: { readonly pattern: RegExp; readonly shape: Shape };
  readonly required: readonly string[];
  /** Keys that are neither fields nor names: `x-` ones only, any, or none. */
  readonly others: 'extensions' | 'any' | 'none';
}

export interface ListShape extends Described {
  readonly kind: 'list';
  readonly items: Shape;
  readonly unique: boolean;
}

/** Exactly one of several, told apart by type, and several maps by the keys they require. */
export interface ChoiceShape extends Described {
  readonly kind: 'choice';
  readonly of: readonly Shape[];
}

export const any: AnyShape = { kind: 'any' };
export const text: ScalarShape = { kind: 'scalar', types: ['string'] };
export const flag: ScalarShape = { kind: 'scalar', types: ['boolean', 'string'] };
export const truth: ScalarShape = { kind: 'scalar', types: ['boolean'] };
export const whole: ScalarShape = { kind: 'scalar', types: ['integer', 'string'] };
export const number: ScalarShape = { kind: 'scalar', types: ['number', 'string'] };

export function scalarOf(...types: TypeName[]): ScalarShape {
  return { kind: 'scalar', types };
}

export function oneOf(...values: string[]): ScalarShape {
  return { kind: 'scalar', types: ['string'], values };
}

export function list(items: Shape, unique: 'unique' | 'repeats' = 'repeats'): ListShape {
  return { kind: 'list', items, unique: unique === 'unique' };
}

export function choice(...of: Shape[]): ChoiceShape {
  return { kind: 'choice', of };
}

/** A map of known fields and `x-` extensions. */
export function record(fields: Readonly<Record<string, Shape>>, required: readonly string[] = []): MapShape {
  return { kind: 'map', fields, required, others: 'extensions' };
}

/** A map of known fields only. */
export function closed(fields: Readonly<Record<string, Shape>>, required: readonly string[] = []): MapShape {
  return { kind: 'map', fields, required, others: 'none' };
}

/** A map from names of the user's choice. */
export function dictionary(shape: Shape, pattern: RegExp, others: 'any' | 'none' = 'none'): MapShape {
  return { kind: 'map', fields: {}, names: { pattern, shape }, required: [], others };
}

export const nothing: ScalarShape = scalarOf('null');
