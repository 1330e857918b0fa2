import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { compileCompose } from '../../../src/compiler/compose/index.ts';
import { composeFileOf } from '../../../src/compiler/kubernetes/emit/compose/file.ts';
import { manifestsOf } from '../../../src/compiler/kubernetes/emit/manifests.ts';
import { compileKubernetes } from '../../../src/compiler/kubernetes/index.ts';
import { sealSensitive } from '../../../src/compiler/seal.ts';
import type { FileReader } from '../../../src/compiler/source/reader.ts';
import type { Compiled } from '../../../src/model/compiled.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';

const FIXTURES = 'fixtures/kubernetes';
const CONVERT = 'fixtures/convert';

/** Rewrites the golden files: UPDATE_GOLDEN=1 npx vitest run test/compiler/kubernetes */
function compareGolden(path: string, actual: string): void {
  if (process.env.UPDATE_GOLDEN || !existsSync(path)) writeFileSync(path, actual);
  expect(actual).toBe(readFileSync(path, 'utf8'));
}

function memory(files: Record<string, string>): FileReader {
  const read = (path: string) => files[path];
  const readBytes = (path: string) => (files[path] === undefined ? undefined : new TextEncoder().encode(files[path]));
  return { readText: read, readBytes, isDirectory: () => false, list: () => [] };
}

function fromCompose(text: string, environment: Record<string, string> = {}): Compiled {
  const file = '/work/compose.yaml';
  return sealSensitive(
    compileCompose({
      files: [file],
      workingDir: '/work',
      environment: {
        DATABASE_PASSWORD: 'x',
        DB_PASSWORD: 'x',
        DB_URL: 'x',
        POSTGRES_PASSWORD: 'x',
        PASSWORD: 'x',
        ...environment,
      },
      profiles: [],
      reader: memory({ [file]: text, '/work/secrets/pair-b': 'b' }),
      defaultName: 'shop',
    }),
  );
}

function fromManifests(text: string, parameters: Record<string, string> = {}): Compiled {
  const options = {
    sources: [{ file: 'input.yaml', text }],
    parameters: new Map(Object.entries(parameters)),
    stack: 'shop',
    probeImage: null,
  };
  return sealSensitive(compileKubernetes(options));
}

const yaml = (value: unknown) => stringify(value, { schema: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
const errors = ({ diagnostics }: Compiled) => diagnostics.filter((d) => d.severity === 'error');
const losses = (lost: readonly Diagnostic[]) =>
  lost.map((d) => [`${d.where}: ${d.detail}`, `  ${d.why}`, ...(d.fix ? [`  ${d.fix}`] : []), ''].join('\n')).join('');

function desiredOf(compiled: Compiled) {
  if (!compiled.desired) throw new Error(JSON.stringify(errors(compiled)));
  return compiled.desired;
}

describe('every fixture, written in the other form, is valid input again', () => {
  const names = readdirSync(FIXTURES).filter((name) => existsSync(join(FIXTURES, name, 'expected.desired.json')));
  it.each(names)('%s', (name) => {
    const folder = join(FIXTURES, name);
    const parameters = join(folder, 'parameters.json');
    const given = existsSync(parameters) ? JSON.parse(readFileSync(parameters, 'utf8')) : {};
    const compiled = fromManifests(readFileSync(join(folder, 'input.yaml'), 'utf8'), given);
    const desired = desiredOf(compiled);
    const manifests = manifestsOf(desired, compiled.payloads, { showSecrets: true });
    const again = fromManifests(manifests.objects.map(yaml).join('---\n'));
    expect(errors(again)).toEqual([]);
    expect(again.desired?.workloads.map((w) => [w.name, w.kind, w.replicas]).sort()).toEqual(
      desired.workloads.map((w) => [w.name, w.kind, w.replicas]).sort(),
    );
    expect(errors(fromCompose(yaml(composeFileOf(desired, compiled.payloads).file)))).toEqual([]);
  });
});

describe('convert', () => {
  it('writes manifests, and lists what is lost', () => {
    const folder = join(CONVERT, 'to-kubernetes');
    const compiled = fromCompose(readFileSync(join(folder, 'compose.yaml'), 'utf8'));
    const { objects, lost } = manifestsOf(desiredOf(compiled), compiled.payloads, { showSecrets: true });
    const text = objects.map(yaml).join('---\n');
    compareGolden(join(folder, 'expected.yaml'), text);
    compareGolden(join(folder, 'expected.lost.txt'), losses(lost));
    expect(errors(fromManifests(text))).toEqual([]);
  });

  it('writes no data of secrets unless told', () => {
    const compiled = fromCompose(readFileSync(join(CONVERT, 'to-kubernetes', 'compose.yaml'), 'utf8'), {
      DATABASE_PASSWORD: 'hunter3',
    });
    const { objects, lost } = manifestsOf(desiredOf(compiled), compiled.payloads, { showSecrets: false });
    const secret = Buffer.from('hunter3').toString('base64');
    expect(yaml(objects)).not.toMatch(new RegExp(`hunter|${secret}`));
    expect(lost.map((d) => d.where)).toContain('Secret pw');
  });

  it('writes a compose file, and lists what is lost', () => {
    const folder = join(CONVERT, 'to-compose');
    const compiled = fromManifests(readFileSync(join(folder, 'input.yaml'), 'utf8'));
    const { file, lost } = composeFileOf(desiredOf(compiled), compiled.payloads);
    compareGolden(join(folder, 'expected.yaml'), yaml(file));
    compareGolden(join(folder, 'expected.lost.txt'), losses(lost));
    expect(yaml(file)).not.toContain('correct-horse');
  });
});
