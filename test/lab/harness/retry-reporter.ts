import type { Reporter, TestCase } from 'vitest/node';

/** Prints what failed in tests that passed only when they were tried again: it must not stay unseen. */
export default class RetryReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result();
    if (state !== 'passed' || errors.length === 0) return;
    const texts = errors.map((error) => error.stack ?? error.message);
    process.stdout.write(`\nat first ${test.fullName} failed:\n${texts.join('\n')}\n\n`);
  }
}
