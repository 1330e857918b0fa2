/** What benchmarks measured, collected so that `npm run bench` can end with one table. */
import { appendFileSync, readFileSync } from 'node:fs';

/**
 * Notes one result, and prints it when the benchmark runs by itself.
 *
 * @param {object} result
 * @param {string} result.what what was measured
 * @param {string} result.measured with its unit
 * @param {string} [result.floor] what it is compared with, measured in the same run
 * @param {number} [result.ratio] measured over floor
 * @param {string} result.target as the reader knows it, e.g. `at most 1.15×`
 * @param {boolean} result.isMet
 */
export function report(result) {
  process.stdout.write(`${table([result])}\n`);
  const file = process.env.STOWAGE_BENCH_RESULTS;
  if (file) appendFileSync(file, `${JSON.stringify(result)}\n`);
}

/** The results that were noted in a file, in their order. */
export function readResults(file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

const WIDTHS = [60, 12, 30, 8, 24];

/** One aligned line for each result. */
export function table(results) {
  const lines = results.map(({ what, measured, floor = '', ratio, target, isMet }) => {
    const cells = [what, measured, floor, ratio === undefined ? '' : `${ratio.toFixed(2)}×`, target];
    return `${isMet ? 'ok  ' : 'OVER'} ${cells.map((cell, i) => cell.padEnd(WIDTHS[i])).join(' ')}`.trimEnd();
  });
  return lines.join('\n');
}

/** The middle one. */
export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
