/**
 * All tests, on any machine: installs the npm packages if need be, builds, runs the unit tests, the lab and the
 * conformance suites that are there, and ends with one line: "N passed, N failed, N skipped".
 *
 *   node scripts/test.mjs [STAGE…]     only these stages (see STAGES; "checks" is lint and typecheck)
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, installDependencies, ROOT } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const STAGES = {
  lint: () => npmCheck('lint'),
  typecheck: () => npmCheck('typecheck'),
  unit: () => vitest('vitest.config.ts', 'default'),
  lab: () => vitest('vitest.lab.config.ts', 'verbose', './test/lab/harness/retry-reporter.ts'),
  'conformance:compose': () => conformance('compose'),
  'conformance:kubernetes': () => conformance('kubernetes'),
  'conformance:scheduling': () => conformance('scheduling'),
};
const CHECKS = ['lint', 'typecheck'];
const NOTHING = { passed: 0, failed: 0, skipped: 0 };
const SUMMARY = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/g;

/** An npm script that either passes or fails: one test. */
async function npmCheck(script) {
  const { exitCode } = await run('npm', ['run', '--silent', script], { cwd: ROOT, show: true });
  return { ...NOTHING, [exitCode === 0 ? 'passed' : 'failed']: 1 };
}

async function vitest(config, ...shown) {
  const directory = mkdtempSync(join(tmpdir(), 'stowage-report-'));
  const report = join(directory, 'report.json');
  try {
    const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = [...shown, 'json'].map((name) => `--reporter=${name}`);
    const args = [program, 'run', '--config', config, '--passWithNoTests', ...reporters, `--outputFile.json=${report}`];
    const { exitCode } = await run(process.execPath, args, { cwd: ROOT, show: true });
    const totals = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
    const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = totals;
    const skipped = (totals.numPendingTests ?? 0) + (totals.numTodoTests ?? 0);
    return withExitCode({ passed, failed, skipped }, exitCode);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The runner of one suite, when both the runner and the suite's cases are there; else undefined. */
async function conformance(suite) {
  const script = `conformance:${suite}`;
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const cases = process.env[`STOWAGE_${suite.toUpperCase()}_CASES`] ?? join(ROOT, '..', 'shared', 'conformance', suite);
  if (!scripts[script] || !existsSync(cases)) return undefined;
  const { exitCode, output } = await run('npm', ['run', '--silent', script], { cwd: ROOT, show: true });
  const [, passed = 0, failed = 0, skipped = 0] = [...output.matchAll(SUMMARY)].at(-1) ?? [];
  return withExitCode({ passed: Number(passed), failed: Number(failed), skipped: Number(skipped) }, exitCode);
}

/** A run that failed without a failed test (a crash, a file that does not load) counts as one. */
function withExitCode(counts, exitCode) {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function chosenStages(names) {
  const all = Object.keys(STAGES);
  if (names.length === 0) return all.filter((stage) => !CHECKS.includes(stage));
  const wanted = names.flatMap((name) => {
    if (name === 'checks') return CHECKS;
    if (name === 'all') return all;
    return all.filter((stage) => stage === name || stage.startsWith(`${name}:`));
  });
  if (wanted.length === 0)
    throw new Error(`no such stage: ${names.join(' ')} (there are: all checks ${all.join(' ')})`);
  return wanted;
}

async function main() {
  const stages = chosenStages(process.argv.slice(2));
  await installDependencies();
  await build();
  // Node 20 reads all of these certificates at each start, for longer than the rest of a short command takes.
  delete process.env.NODE_EXTRA_CA_CERTS;
  const total = { ...NOTHING };
  for (const stage of stages) {
    process.stdout.write(`\n── ${stage}\n`);
    const begun = Date.now();
    const counts = await STAGES[stage]();
    const seconds = Math.round((Date.now() - begun) / 1000);
    process.stdout.write(`── ${stage}: ${counts ? summary(counts) : 'not here'} (${seconds} s)\n`);
    for (const key of Object.keys(total)) total[key] += counts?.[key] ?? 0;
  }
  process.stdout.write(`\n${summary(total)}\n`);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await main().catch((problem) => {
  process.stderr.write(`${problem.message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  return 1;
});
