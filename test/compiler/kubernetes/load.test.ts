import { describe, expect, it } from 'vitest';
import { cronError } from '../../../src/compiler/kubernetes/cron.ts';
import { imageTag } from '../../../src/compiler/kubernetes/defaults/image.ts';
import { loadKubernetes } from '../../../src/compiler/kubernetes/index.ts';

function load(text: string) {
  const { objects, diagnostics } = loadKubernetes({ sources: [{ file: 'a.yaml', text }] });
  return {
    value: objects[0]?.value as never as Record<string, unknown>,
    count: objects.length,
    paths: diagnostics.filter((d) => d.severity === 'error').map((d) => d.path),
    diagnostics,
  };
}

const configMap = (value: string) =>
  load(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: ${value}\n`);
const pod = (container: string, rest = '') =>
  load(
    `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: i, ${container}}]${rest}}\n`,
  );

describe('scalars in string fields', () => {
  it.each(['yes', 'NO', 'on', 'y', 'true', '0644', '0x1f', '0b11', '1_000', '1e3', '.5', '+1', '0888', '1.10'])(
    '%s is no string',
    (text) => expect(configMap(text).paths).toEqual(['data.k']),
  );

  it.each([
    ['22:22', '22:22'],
    ['2024-05-01', '2024-05-01'],
    ['1,000', '1,000'],
    ['"yes"', 'yes'],
    ['~', ''],
    ['=', '='],
  ])('%s is the string %j', (text, expected) => {
    expect(configMap(text).value.data).toEqual({ k: expected });
  });
});

describe('decoding', () => {
  it.each([
    ['replicas: 10.0', []],
    ['replicas: 1e1', []],
    ['replicas: 1.5', ['spec.replicas']],
    ['replicas: "3"', ['spec.replicas']],
    ['replicas: 3000000000', ['spec.replicas']],
    ['replicas: null', []],
    ['replicas: [1]', ['spec.replicas']],
    ['Replicas: 1', ['spec.Replicas']],
  ])('%s', (field, expected) => {
    const { paths } = load(`apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec: {${field}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}`);
    expect(paths).toEqual(expected);
  });

  it('reports every wrong type of an object, and nothing else of it', () => {
    const { paths } = pod('ports: [{containerPort: x, hostPort: y}], command: sh', ', restartPolicy: Sometimes');
    expect(paths.sort()).toEqual([
      'spec.containers[0].command',
      'spec.containers[0].ports[0].containerPort',
      'spec.containers[0].ports[0].hostPort',
    ]);
  });

  it('goes on to the rules after an unknown field', () => {
    expect(
      load('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, imagee: i}]}').paths,
    ).toEqual(['spec.containers[0].image', 'spec.containers[0].imagee']);
  });

  it.each([
    ['0.5', '500m'],
    ['"1e3"', '1e3'],
    ['1e3', '1k'],
    ['1.5Gi', '1536Mi'],
    ['1.Gi', '1.Gi'],
    ['1n', '1m'],
    ['" 1 "', '1'],
    ['null', '0'],
  ])('a quantity %s is stored as %s', (text, expected) => {
    const { value } = pod(`resources: {limits: {cpu: ${text}}}`);
    expect(value).toMatchObject({
      spec: { containers: [{ resources: { limits: { cpu: expected }, requests: { cpu: expected } } }] },
    });
  });

  it.each(['1K', '2Gib', '10GB', '"100 m"', '1 Gi', 'true', '""'])('a quantity %s is refused', (text) => {
    expect(pod(`resources: {limits: {cpu: ${text}}}`).paths).toEqual(['spec.containers[0].resources.limits.cpu']);
  });
});

describe('documents', () => {
  it('takes lists apart and skips empty documents', () => {
    const item = (name: string) => `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}}}`;
    const { count, paths } = load(
      `# nothing\n---\n${item('a')}\n--- # next\n{apiVersion: v1, kind: NamespaceList, items: [${item('b')}, ${item('c')}]}\n---\n`,
    );
    expect([count, paths]).toEqual([3, []]);
  });

  it.each([
    ['[1]', ''],
    ['{kind: Pod}', 'apiVersion'],
    ['{apiVersion: v1}', 'kind'],
    ['{apiVersion: v1, kind: pod}', 'kind'],
    ['{apiVersion: v2, kind: Pod}', 'apiVersion'],
    ['{apiVersion: apps/v1beta1, kind: Deployment}', 'apiVersion'],
  ])('%s is refused at %j', (text, path) => {
    expect(load(text).paths).toEqual([path]);
  });

  it('keeps the place of a value that an anchor brings', () => {
    const { diagnostics } = load(`apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: &l {app: 1}}
data: {}
`);
    expect(diagnostics[0]?.position).toEqual({ file: 'a.yaml', line: 3, column: 38 });
  });
});

describe('schedules', () => {
  it.each(['*/5 * * * *', '0 0 1,15 * 1-5', '@hourly', '@every 1h30m', '0 0 * jan sun', '? * * * *', '5/15 * * * *'])(
    '%s is one',
    (text) => expect(cronError(text)).toBeUndefined(),
  );
  it.each([
    '* * * * * *',
    '61 * * * *',
    '* * * *',
    'every day',
    '@often',
    '*/0 * * * *',
    '5-1 * * * *',
    '* * 0 * *',
    '1-2-3 * * * *',
  ])('%s is none', (text) => expect(cronError(text)).toBeDefined());
});

describe('image tags', () => {
  it.each([
    ['nginx', 'latest'],
    ['nginx:1.27', '1.27'],
    ['localhost:5000/a/b', 'latest'],
    ['a/b:latest', 'latest'],
    [`nginx@sha256:${'a'.repeat(64)}`, ''],
    [`nginx:1@sha256:${'a'.repeat(64)}`, '1'],
    ['$IMAGE', undefined],
    ['Nginx', undefined],
    [' nginx', undefined],
    ['', undefined],
  ])('%s → %s', (image, tag) => {
    expect(imageTag(image)).toBe(tag);
  });
});
