import { runCases } from './run.ts';

/** Runs the case files of a folder, prints what differs, and ends with the sum. */
const folder = process.argv[2] ?? '../shared/conformance/scheduling';
const outcomes = runCases(folder);
const failed = outcomes.filter(({ problem }) => problem !== undefined);
for (const { case: one, problem } of failed) console.log(`${one.id}\n  ${problem}`);
console.log(`${outcomes.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
