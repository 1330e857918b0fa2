import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { composeJsonSchema } from '../../../src/compiler/compose/docs/json-schema.ts';
import { allKeys, keyTable } from '../../../src/compiler/compose/docs/key-table.ts';
import { KEYS, stateOf } from '../../../src/compiler/compose/keys.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('the catalogue of keys', () => {
  it('knows every key that a file may hold', () => {
    expect(allKeys().filter((key) => stateOf(key) === undefined)).toEqual([]);
  });

  it('knows no other', () => {
    const known = new Set(allKeys());
    expect(Object.keys(KEYS).filter((key) => !known.has(key))).toEqual([]);
  });

  it('is what the page of keys says; npm run docs:compose writes it', () => {
    expect(read('docs/compose-keys.md')).toBe(keyTable());
  });
});

describe('the published schema', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const validate = ajv.compile(composeJsonSchema());

  it('is current; npm run docs:compose writes it', () => {
    expect(JSON.parse(read('schemas/compose.schema.json'))).toEqual(JSON.parse(JSON.stringify(composeJsonSchema())));
  });

  it('takes the example of the documentation', () => {
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(read('docs/compose.md')) ?? [];
    validate(parse(example));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    ['an unknown key of a service', { services: { web: { imagee: 'a' } } }],
    ['an unknown key of x-stowage', { services: { web: { image: 'a', 'x-stowage': { rolout: {} } } } }],
    ['a strategy that does not exist', { 'x-stowage': { strategy: 'pack' }, services: {} }],
  ])('refuses %s', (_name, value) => {
    expect(validate(value)).toBe(false);
  });
});
