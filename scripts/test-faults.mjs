/**
 * The fault campaign, in full: every fault at every step of every run of the apps in fixtures/faults, on real engines
 * in a lab of its own whose hosts have disks that can be filled. It takes hours; ends with the counts.
 *
 *   node scripts/test-faults.mjs [--only REGEXP] [--every N [--offset N]] [--labs N] [--minutes N] [--seed N] [--out FILE]
 *
 *   --only      strike only where "APP fresh|update FAULT MOMENT" matches, e.g. 'note .* kill'
 *   --every     strike at each nth step only, from step --offset on (counted from 0)
 *   --labs      so many labs at once, each with a part of the cases
 *   --minutes   begin no case after that time; the same command with the same --out goes on where it ended
 *   --out       a JSON line for each case; what stands there is not done again
 */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, installDependencies, ROOT } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    every: { type: 'string' },
    offset: { type: 'string' },
    labs: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    out: { type: 'string', default: join(mkdtempSync(join(tmpdir(), 'stowage-faults-')), 'cases.jsonl') },
  },
});

await installDependencies();
await build();
const settings = {
  STOWAGE_FAULTS: 'all',
  LAB_DISK: process.env.LAB_DISK ?? '600',
  STOWAGE_FAULTS_OUT: values.out,
  ...(values.only && { STOWAGE_FAULTS_ONLY: values.only }),
  ...(values.offset && { STOWAGE_FAULTS_OFFSET: values.offset }),
  ...(values.minutes && { STOWAGE_FAULTS_UNTIL: String(Date.now() + Number(values.minutes) * 60_000) }),
  ...(values.every && { STOWAGE_FAULTS_EVERY: values.every }),
  ...(values.seed && { STOWAGE_FAULTS_SEED: values.seed }),
};
const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const args = [program, 'run', '--config', 'vitest.lab.config.ts', '--retry', '0', 'test/lab/faults.test.ts'];
const labs = Number(values.labs);
const results = await Promise.all(
  Array.from({ length: labs }, (_, index) => {
    const kept = process.env.STOWAGE_LAB_DIR;
    const own = {
      STOWAGE_FAULTS_SHARD: `${index + 1}/${labs}`,
      ...(kept && { STOWAGE_LAB_DIR: index === 0 ? kept : `${kept}-${index + 1}` }),
    };
    return run(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...settings, ...own }, show: true });
  }),
);
process.stdout.write(`${counts(values.out)}\n`);
process.exitCode = Math.max(...results.map(({ exitCode }) => exitCode ?? 1));

/** A table of the counts, by fault and app: injected, and in brackets those that were not survived. */
function counts(file) {
  const cases = existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
  const struck = cases.filter((one) => one.wasStruck);
  const apps = [...new Set(struck.map((one) => one.app))];
  const faults = [...new Set(struck.map((one) => one.fault))];
  const cell = (of) => {
    const lost = of.filter((one) => one.problems.length > 0).length;
    return lost === 0 ? `${of.length}` : `${of.length} (${lost} lost)`;
  };
  const row = (name, of) =>
    `| ${[name, ...apps.map((app) => cell(of.filter((one) => one.app === app))), cell(of)].join(' | ')} |`;
  const survived = struck.filter((one) => one.problems.length === 0).length;
  return [
    `| fault | ${apps.join(' | ')} | all |`,
    `| --- |${' --- |'.repeat(apps.length + 1)}`,
    ...faults.map((name) =>
      row(
        name,
        struck.filter((one) => one.fault === name),
      ),
    ),
    row('all faults', struck),
    `${struck.length} injected, ${survived} survived; ${cases.filter((one) => one.wasStruck === false).length} runs were over before the fault`,
  ].join('\n');
}
