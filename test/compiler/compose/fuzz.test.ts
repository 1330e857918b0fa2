import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCompose, printJson, printYamlProject } from '../../../src/compiler/compose/index.ts';
import { loadComposeProject } from '../../../src/compiler/compose/load-project.ts';
import { project as projectShape } from '../../../src/compiler/compose/schema/project.ts';
import type { Shape } from '../../../src/compiler/compose/schema/shape.ts';
import { loadStackProject } from '../../../src/compiler/compose/stack/index.ts';
import type { FileReader } from '../../../src/compiler/source/reader.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/compose');
const SEEDS = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name, 'compose.yaml'), 'utf8'));
/** FUZZ_RUNS=20000 for a long run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 250);

function memory(text: string): FileReader {
  return {
    readText: (path) => (path === '/p/compose.yaml' ? text : undefined),
    readBytes: (path) => (path === '/p/compose.yaml' ? new TextEncoder().encode(text) : undefined),
    isDirectory: (path) => path === '/p',
    list: () => ['compose.yaml'],
  };
}

/** Whatever the text: a project or findings with a place, no exception, in bounded time. */
function survives(text: string): void {
  const options = { files: ['compose.yaml'], workingDir: '/p', environment: { A: '1' }, reader: memory(text) };
  const started = performance.now();
  const { project, diagnostics } = loadComposeProject(options);
  if (project) {
    printJson(project);
    printYamlProject(project);
  } else {
    expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  }
  const compiled = compileCompose(options);
  expect(compiled.desired === undefined).toBe(compiled.diagnostics.some(({ severity }) => severity === 'error'));
  loadStackProject(options);
  expect(performance.now() - started).toBeLessThan(5000);
}

const PIECES = [
  ':',
  '- ',
  '  ',
  '\n',
  '\t',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '<<: *a',
  '!reset ',
  '!override ',
  '${',
  '$A',
  '}',
  '|\n',
  '>',
  '#',
  '~',
  'null',
  '1e9',
  '---\n',
  '0x',
  'services:',
  'extends: web',
  '\uFEFF',
  '\u0000',
  '__proto__: 1',
];

const mutated = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...PIECES), fc.integer({ min: 0, max: 4 })), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([seed, edits]) =>
    edits.reduce((text, [at, piece, drop]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + drop);
    }, seed),
  );

const scalars = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('80:80', './a:/b', '10s', '1g', 'service:web', 'all', '${A}', '${B:?no}', 'a=b', 'web', '', 'x-a'),
);

/** Values that fit the structure more often than not. */
function fitting(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  if (depth <= 0 || shape.kind === 'any') return scalars;
  if (shape.kind === 'choice') return fc.oneof(...shape.of.map((one) => fitting(one, depth - 1)));
  if (shape.kind === 'list')
    return fc.oneof(
      { weight: 9, arbitrary: fc.array(fitting(shape.items, depth - 1), { maxLength: 3 }) },
      { weight: 1, arbitrary: scalars },
    );
  if (shape.kind === 'scalar') return shape.values ? fc.oneof(fc.constantFrom(...shape.values), scalars) : scalars;
  const fields = Object.entries(shape.fields).map(([key, field]) => [key, fitting(field, depth - 1)] as const);
  const names = shape.names
    ? fc.dictionary(fc.constantFrom('web', 'db', 'a', 'default', 'x-y'), fitting(shape.names.shape, depth - 1), {
        maxKeys: 3,
      })
    : fc.constant({});
  const some =
    fields.length === 0
      ? fc.constant({})
      : fc
          .subarray(fields, { maxLength: Math.min(6, fields.length) })
          .chain((chosen) => fc.record(Object.fromEntries(chosen)));
  return fc.oneof(
    { weight: 9, arbitrary: fc.tuple(some, names).map(([a, b]) => ({ ...a, ...b })) },
    { weight: 1, arbitrary: scalars },
  );
}

describe('any input', () => {
  it('random text never breaks the compiler', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), survives), { numRuns: RUNS });
  });

  it('mutated compose files never break the compiler', () => {
    fc.assert(fc.property(mutated, survives), { numRuns: RUNS });
  });

  it('files of about the right structure never break the compiler', () => {
    fc.assert(
      fc.property(
        fitting(projectShape, 7).map((value) => JSON.stringify(value)),
        survives,
      ),
      { numRuns: RUNS },
    );
  });
});
