import { describe, expect, it } from 'vitest';
import { toPlain } from '../../../src/compiler/source/plain.ts';
import { readYaml } from '../../../src/compiler/source/read-yaml.ts';
import type { Dialect } from '../../../src/compiler/source/scalars.ts';
import type { Node } from '../../../src/compiler/source/tree.ts';

function read(text: string, dialect: Dialect = 'compose') {
  const { documents, diagnostics } = readYaml(text, 'f.yaml', { dialect });
  return {
    values: documents.map(toPlain),
    documents,
    findings: diagnostics.map((d) => `${d.severity} ${d.code} ${d.position?.line}:${d.position?.column}`),
  };
}

describe('scalars of compose files', () => {
  it.each([
    ['0755', 493],
    ['0o644', 420],
    ['0x1f', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['08', 8],
    ['1e3', 1000],
    ['.5', 0.5],
    ['9223372036854775807', 9223372036854775807n],
    ['22:22', '22:22'],
    ['yes', 'yes'],
    ['True', true],
    ['~', null],
    ['"1"', '1'],
    ['!!str 5', '5'],
    ['!!int "0755"', 493],
    ['!mine 5', '5'],
  ])('%s is %s', (text, value) => {
    expect(read(`a: ${text}`).values).toEqual([{ a: value }]);
  });
});

describe('scalars of Kubernetes manifests', () => {
  it.each([
    ['yes', true],
    ['off', false],
    ['y', true],
    ['0644', 420],
    ['0b11', 3],
    ['22:22', '22:22'],
    ['2001-12-14', '2001-12-14'],
  ])('%s is %s', (text, value) => {
    expect(read(`a: ${text}`, 'kubernetes').values).toEqual([{ a: value }]);
  });
});

describe('structure', () => {
  it('merges maps, keys written beside << winning', () => {
    expect(read('a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [*a, {x: 9, z: 4}]}').values).toEqual([
      { a: { x: 1, y: 2 }, b: { x: 1, y: 3 }, c: { x: 1, y: 2, z: 4 } },
    ]);
  });

  it('lets a later << win in Kubernetes manifests', () => {
    expect(read('a: &a {x: 1}\nb: {x: 2, <<: *a}', 'kubernetes').values).toEqual([{ a: { x: 1 }, b: { x: 1 } }]);
  });

  it('cuts Kubernetes files at lines that start with three dashes', () => {
    expect(read('a: 1\n--- # next\nb: 2\n', 'kubernetes').values).toEqual([{ a: 1 }, { b: 2 }]);
    const [, second] = read('a: 1\n---\n\nb: 2\n', 'kubernetes').documents;
    expect(second?.position).toMatchObject({ line: 4, column: 1 });
  });

  it('gives values of aliases the place of the anchored text', () => {
    const [root] = read('base: &b\n  image: x\nweb:\n  <<: *b\n').documents;
    const web = (root as Extract<Node, { kind: 'map' }>).entries.get('web')?.value as Extract<Node, { kind: 'map' }>;
    expect(web.entries.get('image')?.value.position).toMatchObject({ line: 2, column: 10 });
  });

  it('keeps the tags !reset and !override', () => {
    const [root] = read('a: !reset null\nb: !override {c: 1}').documents;
    const tags = [...(root as Extract<Node, { kind: 'map' }>).entries.values()].map(({ value }) => value.tag);
    expect(tags).toEqual(['!reset', '!override']);
  });

  it('reads brackets and quotes that go on further left than their key', () => {
    const { documents, values } = read('a:\n  b: [\n1,\n  x\n  ]\n  c: "d\ne"\n');
    expect(values).toEqual([{ a: { b: [1, 'x'], c: 'd e' } }]);
    const a = (documents[0] as Extract<Node, { kind: 'map' }>).entries.get('a')?.value as Extract<
      Node,
      { kind: 'map' }
    >;
    const b = a.entries.get('b')?.value as Extract<Node, { kind: 'sequence' }>;
    expect(b.items.map(({ position }) => [position.line, position.column])).toEqual([
      [3, 1],
      [4, 3],
    ]);
  });

  it('reads files with a byte order mark and Windows line ends', () => {
    expect(read('\uFEFFa: 1\r\nb: 2\r\n').values).toEqual([{ a: 1, b: 2 }]);
  });
});

describe('findings', () => {
  it.each([
    ['a: *b', 'error yaml/unknown-alias 1:4'],
    ['a: &a [*a]', 'error yaml/alias-cycle 1:8'],
    ['a: 1\na: 2', 'error yaml/duplicate-key 2:1'],
    ['a: {<<: {x: 1}, <<: {y: 1}}', 'error yaml/duplicate-key 1:17'],
    ['1: a', 'error yaml/key-type 1:1'],
    ['a: {<<: 5}', 'error yaml/merge-value 1:5'],
    ['a: !!int x', 'error yaml/tag-value 1:10'],
    ['a: 1\n\t\nb: 2', 'error yaml/syntax 2:1'],
    ['a: b: c', 'error yaml/syntax 1:4'],
  ])('%j', (text, finding) => {
    expect(read(text).findings).toEqual([finding]);
  });

  it('warns of a key that comes twice in a Kubernetes manifest and takes the last', () => {
    const { findings, values } = read('a: 1\na: 2', 'kubernetes');
    expect(findings).toEqual(['warning yaml/duplicate-key 2:1']);
    expect(values).toEqual([{ a: 2 }]);
  });

  it('refuses aliases that would make the document huge', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (const [i, name] of [...'bcdefgh'].entries())
      bomb.push(`${name}: &${name} [${`*${'abcdefgh'[i]},`.repeat(9)}]`);
    expect(read(bomb.join('\n')).findings).toEqual([expect.stringMatching(/^error yaml\/alias-bomb/)]);
  });

  it('refuses nesting without end', () => {
    expect(read('['.repeat(5000)).findings[0]).toMatch(/yaml\/(too-deep|syntax)/);
  });
});
