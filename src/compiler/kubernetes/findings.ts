import type { Diagnostic, Position, Severity } from '../../model/diagnostic.ts';
import type { MapNode, Node } from '../source/tree.ts';
import type { FieldPath } from './path.ts';

/** What a finding says beside its place. */
export interface FindingText {
  readonly detail?: string;
  readonly why?: string;
  readonly fix?: string;
}

/**
 * Collects what is wrong with one object; a path becomes a place in the file when it is reported.
 * `reason` of a finding is the last part of its code: `kubernetes/required`.
 */
export class Findings {
  #errors = 0;
  #wrongTypes = 0;
  #unknownSeverity: Severity = 'error';
  #errorSeverity: Severity = 'error';

  /**
   * @param node the object in its file
   * @param where the object's kind and name
   */
  constructor(
    readonly node: Node,
    readonly where: string,
    readonly list: Diagnostic[] = [],
  ) {}

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Decoding failed: nothing more can be said of the object. */
  get hasWrongType(): boolean {
    return this.#wrongTypes > 0;
  }

  /** Unknown fields are warnings from now on: for kinds whose types we know only in part. */
  lenient(): this {
    this.#unknownSeverity = 'warning';
    return this;
  }

  /** A view on this list whose errors are warnings: for what current servers refuse and older ones let pass. */
  asWarnings(): Findings {
    const view = new Findings(this.node, this.where, this.list);
    view.#errorSeverity = 'warning';
    return view;
  }

  required(path: FieldPath, text: FindingText | string = {}): void {
    this.#error('required', 'a required field is missing', path, text);
  }

  invalid(path: FieldPath, text: FindingText | string): void {
    this.#error('invalid', 'the value is not valid', path, text);
  }

  /** A value that is none of those allowed. */
  unsupported(path: FieldPath, value: string, allowed: readonly string[], fix?: string): void {
    const detail = `\`${value}\` is none of ${allowed.filter((word) => word !== '').join(', ')}`;
    this.#error('unsupported-value', 'the value is not one of those allowed', path, { detail, fix });
  }

  duplicate(path: FieldPath, value: string | number): void {
    this.#error('duplicate', 'the value is already taken', path, { detail: `\`${value}\` stands there twice` });
  }

  forbidden(path: FieldPath, text: FindingText | string): void {
    this.#error('forbidden', 'the field is not allowed here', path, text);
  }

  notFound(path: FieldPath, text: FindingText | string): void {
    this.#error('not-found', 'the name refers to nothing', path, text);
  }

  wrongType(path: FieldPath, text: FindingText): void {
    this.#wrongTypes++;
    this.#error('wrong-type', 'the value has the wrong type', path, text);
  }

  unknownField(path: FieldPath, text: FindingText): void {
    this.#add(this.#unknownSeverity, 'unknown-field', 'no such field', path, text, 'key');
    if (this.#unknownSeverity === 'error') this.#errors++;
  }

  /** Something that plain hosts do not honour. */
  notHonoured(path: FieldPath, code: string, message: string, text: FindingText | string = {}): void {
    this.#add('warning', code, message, path, text, 'key');
  }

  error(code: string, message: string, path: FieldPath, text: FindingText | string = {}): void {
    this.#error(code, message, path, text);
  }

  warning(code: string, message: string, path: FieldPath, text: FindingText | string = {}): void {
    this.#add('warning', code, message, path, text, 'value');
  }

  #error(code: string, message: string, path: FieldPath, text: FindingText | string): void {
    this.#errors++;
    this.#add(this.#errorSeverity, code, message, path, text, 'value');
  }

  #add(
    severity: Severity,
    code: string,
    message: string,
    path: FieldPath,
    text: FindingText | string,
    point: 'key' | 'value',
  ): void {
    const { detail, why, fix } = typeof text === 'string' ? { detail: text, why: undefined, fix: undefined } : text;
    this.list.push({
      severity,
      code: `kubernetes/${code}`,
      message,
      position: placeOf(this.node, path.segments(), point),
      path: path.toString(),
      where: this.where,
      ...(detail && { detail }),
      ...(why && { why }),
      ...(fix && { fix }),
    });
  }
}

/** The place of a path in the file, or of the deepest part of it that is there. */
export function placeOf(node: Node, segments: readonly (string | number)[], point: 'key' | 'value'): Position {
  let place = node.position;
  let current: Node | undefined = node;
  segments.forEach((segment, i) => {
    const last = i === segments.length - 1;
    if (current?.kind === 'map') {
      const entry = entryOf(current, segment);
      current = entry?.value;
      if (entry) place = last && point === 'value' && isLeaf(entry.value) ? entry.value.position : entry.keyPosition;
    } else if (current?.kind === 'sequence' && typeof segment === 'number') {
      current = current.items[segment];
      if (current) place = current.position;
    } else {
      current = undefined;
    }
  });
  return place;
}

function entryOf(map: MapNode, segment: string | number) {
  return map.entries.get(String(segment));
}

function isLeaf(node: Node): boolean {
  return node.kind === 'scalar' && node.text !== '';
}
