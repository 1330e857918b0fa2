import { describe, expect, it } from 'vitest';
import { loadComposeProject, printJson, printYamlProject } from '../../../src/compiler/compose/index.ts';
import type { FileReader } from '../../../src/compiler/source/reader.ts';

const FILES: Readonly<Record<string, string>> = { '/p/.env': 'TEXT=hello\nODD=a\u00a0\nMARK=a\uFEFF\n' };
const reader: FileReader = {
  readText: (path) => FILES[path],
  readBytes: (path) => (FILES[path] === undefined ? undefined : Buffer.from(FILES[path])),
  isDirectory: (path) => path === '/p',
  list: () => [],
};

function load(text: string) {
  return loadComposeProject({
    files: ['-'],
    workingDir: '/p',
    environment: {},
    reader,
    stdin: text,
  });
}

function errors(text: string): string[] {
  return load(text)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ position, message }) => `${position?.line}:${position?.column} ${message}`);
}

/** Where the reference departs from what one would expect, found by comparing with it. */
describe('details of the reference', () => {
  it('prints a config that comes from a variable without what is in the variable', () => {
    const { project } = load('services: {t: {image: a, configs: [c]}}\nconfigs: {c: {environment: TEXT}}\n');
    expect(project?.configs?.c).toMatchObject({ environment: 'TEXT', content: 'hello' });
    if (!project) throw new Error('no project');
    expect(JSON.parse(printJson(project)).configs.c).toEqual({ name: 'p_c', environment: 'TEXT' });
    expect(printYamlProject(project)).not.toContain('hello');
  });

  it('leaves out an option of a provider that is an empty list', () => {
    const { project } = load('services: {t: {provider: {type: x, options: {a: [], b: [c]}}}}\n');
    expect(project?.services.t?.provider?.options).toEqual({ b: ['c'] });
  });

  it('takes an include of nothing for nothing', () => {
    expect(errors('include: [null]\nservices: {t: {image: a}}\n')).toEqual([]);
  });

  it('knows white space as Unicode does: a byte order mark inside a value is none', () => {
    const { variables } = load('services: {t: {image: a}}\n');
    expect([variables.get('ODD'), variables.get('MARK')]).toEqual(['a', 'a\uFEFF']);
  });

  it.each([
    ['services: {t: {image: a, pid: null}}\n', '1:31 pid has no value'],
    ['services: {t: {image: a, ports: [{target: 80, host_ip: "1e1"}]}}\n', '1:56 a host address is no IP address'],
    ['services: {t: {build: {context: ., additional_contexts: {A: 1}}}}\n', '1:61 a value has the wrong type'],
    ['services: {t: {image: a, expose: [99999999999999999999]}}\n', '1:35 a number is no port'],
  ])('%j is refused', (text, wanted) => {
    expect(errors(text)).toEqual([wanted]);
  });
});
