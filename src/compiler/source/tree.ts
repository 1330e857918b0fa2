import type { Position } from '../../model/diagnostic.ts';

/**
 * A YAML or JSON value that knows where it was written. Passes build new nodes and carry the place of
 * the text a value came from, so that any later message can name file, line and column, also through
 * merges, includes and extends.
 */
export type Node = ScalarNode | SequenceNode | MapNode;

interface Placed {
  readonly position: Position;
  /** `!reset` or `!override`, or any other local tag as written. */
  readonly tag?: string;
}

export type ScalarValue = string | number | bigint | boolean | null;

export interface ScalarNode extends Placed {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** Text as written, without quotes; what interpolation and number formatting work on. */
  readonly text: string;
  /** True when the scalar was written plain (no quotes, no block style). */
  readonly plain: boolean;
}

export interface SequenceNode extends Placed {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
}

export interface MapEntry {
  readonly key: string;
  readonly keyPosition: Position;
  readonly value: Node;
}

export interface MapNode extends Placed {
  readonly kind: 'map';
  /** In the order written; a key appears once. */
  readonly entries: ReadonlyMap<string, MapEntry>;
}
