import type { Scalar } from 'yaml';
import type { Diagnostic, Position } from '../../model/diagnostic.ts';
import { type Dialect, parseNumber, resolvePlain } from './scalars.ts';
import type { ScalarNode, ScalarValue } from './tree.ts';

const STANDARD = 'tag:yaml.org,2002:';

/** Tag of a plain date: a string to us, a value of its own to Go's YAML reader. */
export const TIMESTAMP_TAG = '!!timestamp';

/** Makes a scalar node of the parser's: plain ones by the dialect's rules, tagged ones as the tag says. */
export function resolveScalar(
  node: Scalar,
  position: Position,
  dialect: Dialect,
  diagnostics: Diagnostic[],
): ScalarNode {
  const text = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value ?? ''));
  const plain = node.type === 'PLAIN' || node.type === undefined;
  const tag = node.tag === '!' ? undefined : node.tag;
  if (tag?.startsWith(STANDARD)) return resolveTagged(text, tag, position, dialect, diagnostics);
  if (!plain) return { kind: 'scalar', value: text, text, plain: false, position, ...(tag && { tag }) };
  const { value, timestamp } = resolvePlain(text, dialect);
  if (tag) return { kind: 'scalar', value: text, text, plain, position, tag };
  return timestamp
    ? { kind: 'scalar', value, text, plain, position, tag: TIMESTAMP_TAG }
    : { kind: 'scalar', value, text, plain, position };
}

function resolveTagged(
  text: string,
  tag: string,
  position: Position,
  dialect: Dialect,
  diagnostics: Diagnostic[],
): ScalarNode {
  const type = tag.slice(STANDARD.length);
  if (type === 'timestamp') return { kind: 'scalar', value: text, text, plain: true, position, tag: TIMESTAMP_TAG };
  const value = byType(text, type, dialect);
  if (value !== undefined) return { kind: 'scalar', value, text, plain: typeof value !== 'string', position };
  diagnostics.push({
    severity: 'error',
    code: 'yaml/tag-value',
    message: 'a value does not fit its tag',
    position,
    detail: `"${text}" is no ${type}`,
    fix: `drop the !!${type}, or write a value of that type`,
  });
  return { kind: 'scalar', value: text, text, plain: false, position };
}

function byType(text: string, type: string, dialect: Dialect): ScalarValue | undefined {
  const { value } = resolvePlain(text, dialect);
  switch (type) {
    case 'int': {
      const number = parseNumber(text);
      return typeof number === 'bigint' || Number.isInteger(number) ? number : undefined;
    }
    case 'float':
      return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'null':
      return value === null ? null : undefined;
    case 'binary':
      return Buffer.from(text, 'base64').toString('utf8');
    default:
      return text;
  }
}
