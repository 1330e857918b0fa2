/**
 * Makes the published schemas of what commands print from the types they print: src/app/outputs.ts.
 *
 *   node scripts/generate-schemas.mjs [--check]     with --check only says which would change
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Type → schema name and title. */
const SCHEMAS = {
  PlanOutput: ['plan', 'A plan: plan --json, show --json, plan --out'],
  AnswersOutput: ['answers', 'plan --explain --json, plan --rebalance --json'],
  DriftOutput: ['drift', 'drift --json, plan --refresh-only --json'],
  RunLineOutput: ['run-line', 'One line of apply --json and of every other command that changes hosts'],
  HistoryOutput: ['history', 'history --json'],
  AuditOutput: ['audit', 'history --audit --json'],
  RevisionOutput: ['revision', 'show revision --json'],
  RolloutStatusOutput: ['rollout-status', 'rollout status --json'],
  RolloutHoldOutput: ['rollout-hold', 'rollout pause --json'],
  GatewayOutput: ['gateway', 'gateway status --json'],
  HostMarkOutput: ['host-mark', 'hosts cordon --json, hosts uncordon --json'],
  UnlockOutput: ['unlock', 'unlock --json'],
  VolumesOutput: ['volumes', 'volume ls --json'],
  BackupOutput: ['backup', 'volume backup --json'],
  ConvertOutput: ['convert', 'convert --json'],
  SnapshotOutput: ['snapshot', 'A snapshot: snapshot --out, snapshot --json'],
  ImportOutput: ['import', 'import --dry-run --json'],
};

/** Text of each schema by its file name. */
export function generateSchemas() {
  const generator = createGenerator({
    path: join(ROOT, 'src/app/outputs.ts'),
    tsconfig: join(ROOT, 'tsconfig.json'),
    skipTypeCheck: true,
    additionalProperties: true,
    topRef: false,
    expose: 'export',
    jsDoc: 'extended',
  });
  const steps = generator.createSchema('StepOutput');
  return Object.entries(SCHEMAS).map(([type, [name, title]]) => {
    const { $schema: _, definitions, ...schema } = generator.createSchema(type);
    const head = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:stowage:schema:${name}:1`,
      title,
    };
    const named = withSteps(definitions ?? {}, steps);
    const body = Object.keys(named).length > 0 ? { ...schema, $defs: named } : schema;
    const text = JSON.stringify({ ...head, ...body }, null, 2).replaceAll('#/definitions/', '#/$defs/');
    return { file: join(ROOT, 'schemas', `${name}.schema.json`), text: `${text.replace(STEP, 'Step.$1')}\n` };
  });
}

/** Names of the kinds of steps, as keys and as references. */
const STEP = /Step(?:<\\"|%3C%22)([a-z.-]+)(?:\\">|%22%3E)/g;

/** The generator merges a conditional type into one object: here each kind of step stands for itself. */
function withSteps(definitions, steps) {
  if (definitions.Step === undefined) return definitions;
  const kinds = Object.keys(steps.definitions).filter((key) => key.startsWith('Step<"'));
  const anyOf = kinds.map((key) => ({ $ref: `#/definitions/${encodeURIComponent(key)}` }));
  const { 'Step<string>': _, ...rest } = steps.definitions;
  return { ...definitions, ...rest, Step: { description: 'One action on one host, by its kind.', anyOf } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stale = generateSchemas().filter(({ file, text }) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
  if (!process.argv.includes('--check')) for (const { file, text } of stale) writeFileSync(file, text);
  for (const { file } of stale) process.stdout.write(`${file}\n`);
  process.exitCode = process.argv.includes('--check') && stale.length > 0 ? 1 : 0;
}
