import { describe, expect, it } from 'vitest';
import { expandKubernetes, objectOf } from '../../../src/compiler/kubernetes/index.ts';
import { generateValue } from '../../../src/compiler/openshift/generate.ts';

const random = () => () => 0;

function process(template: string, parameters: Record<string, string> = {}, withRandom = true) {
  const { expanded, diagnostics } = expandKubernetes({
    sources: [{ file: 'template.yaml', text: `apiVersion: template.openshift.io/v1\nkind: Template\n${template}` }],
    parameters: new Map(Object.entries(parameters)),
    ...(withRandom && { random }),
  });
  return { objects: expanded.map(objectOf), errors: diagnostics.filter((d) => d.severity === 'error'), diagnostics };
}

const ONE = (body: string) => `objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: ${body}}]`;

describe('OpenShift templates', () => {
  it('fills parameters into strings and keys, and leaves unknown names', () => {
    const { objects } = process(`parameters: [{name: A, value: x}]\n${ONE(`{"k-\${A}": "a\${A}b \${B} $A"}`)}`);
    expect(objects[0]).toMatchObject({ data: { 'k-x': `axb \${B} $A` } });
  });

  it.each([
    ['3', 3],
    ['true', true],
    ['[1, {"a": "b"}]', [1, { a: 'b' }]],
    ['not json', 'not json'],
  ])(`reads \${{A}} = %s as JSON`, (value, expected) => {
    const { objects } = process(`parameters: [{name: A}]\n${ONE(`{v: "\${{A}}", w: "\${{A}} x"}`)}`, { A: value });
    expect(objects[0]).toMatchObject({ data: { v: expected } });
  });

  it('sets its labels over those of the objects and drops a namespace that is written out', () => {
    const { objects } = process(
      `parameters: [{name: NS, value: here}]
labels: {app: "\${NS}"}
objects:
- {kind: A, metadata: {namespace: gone, labels: {app: own, tier: web}}}
- {kind: B, metadata: {namespace: "\${NS}"}}`,
    );
    expect(objects).toEqual([
      { kind: 'A', metadata: { labels: { app: 'here', tier: 'web' } } },
      { kind: 'B', metadata: { namespace: 'here', labels: { app: 'here' } } },
    ]);
  });

  it('names a required parameter without a value', () => {
    const { objects, errors } = process(`parameters: [{name: A}, {name: B, required: true}]\n${ONE('{}')}`);
    expect(objects).toEqual([]);
    expect(errors).toMatchObject([{ path: 'template.parameters[1]', detail: 'B', fix: 'give it: --param B=…' }]);
  });

  it('prefers a given value to the own one and to a generated one', () => {
    const template = `parameters: [{name: A, value: own}, {name: B, generate: expression, from: "[a-c]{3}"}]\n${ONE(`{a: "\${A}", b: "\${B}"}`)}`;
    expect(process(template).objects[0]).toMatchObject({ data: { a: 'own', b: 'aaa' } });
    expect(process(template, { A: 'x', B: 'y' }).objects[0]).toMatchObject({ data: { a: 'x', b: 'y' } });
    expect(process(template, {}, false).errors).toMatchObject([{ path: 'template.parameters[1].from' }]);
  });

  it('says that a template has no such parameter', () => {
    const { diagnostics } = process(`parameters: [{name: REPLICAS}]\n${ONE('{}')}`, { REPLICA: '1' });
    expect(diagnostics).toMatchObject([{ severity: 'warning', detail: 'REPLICA', fix: 'did you mean `REPLICAS`?' }]);
  });
});

describe('generated values', () => {
  const last = (below: number) => below - 1;
  it.each([
    ['[a-z]{4}', 'aaaa', 'zzzz'],
    ['user[0-9]{2}x', 'user00x', 'user99x'],
    ['\\w{2}', 'aa', '__'],
    ['\\d', '0', '9'],
    ['[a-zA-Z0-9-]{2}', 'aa', '--'],
    ['plain', 'plain', 'plain'],
  ])('%s', (from, low, high) => {
    expect(generateValue(from, () => 0)).toBe(low);
    expect(generateValue(from, last)).toBe(high);
  });

  it.each(['[z-a]{2}', '[a]{0}', '[a]{1000}'])('refuses %s', (from) => {
    expect(generateValue(from, () => 0)).toBeUndefined();
  });
});
