/**
 * The fault campaign, in full: every fault at every step of every run of the apps in fixtures/faults, on real engines
 * in a lab of its own whose hosts have disks that can be filled. It takes hours; ends with the counts.
 *
 *   node scripts/test-faults.mjs [--only REGEXP] [--every N] [--seed N] [--out FILE]
 *
 *   --only   strike only where "APP fresh|update FAULT MOMENT" matches, e.g. 'note .* kill'
 *   --every  strike at each nth step only
 *   --out    a JSON line for each case
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
  ...(values.every && { STOWAGE_FAULTS_EVERY: values.every }),
  ...(values.seed && { STOWAGE_FAULTS_SEED: values.seed }),
};
const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const args = [program, 'run', '--config', 'vitest.lab.config.ts', 'test/lab/faults.test.ts'];
const { exitCode } = await run(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...settings }, show: true });
process.stdout.write(`${counts(values.out)}\n`);
process.exitCode = exitCode;

/** `kill -9: 12 injected, 12 survived`, a line for each fault, and the sum. */
function counts(file) {
  const cases = existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  const struck = cases.filter((one) => one.wasStruck);
  const names = [...new Set(struck.map((one) => one.fault))];
  const line = (name, of) => {
    const survived = of.filter((one) => one.problems.length === 0).length;
    return `${name}: ${of.length} injected, ${survived} survived`;
  };
  return [
    ...names.map((name) =>
      line(
        name,
        struck.filter((one) => one.fault === name),
      ),
    ),
    line('all faults', struck),
  ].join('\n');
}
