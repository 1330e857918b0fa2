import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/lab/harness/longest-first.ts';
import { MAX_LABS } from './test/lab/harness/pool.ts';

/** Tests on real hosts: a lab for each worker, which runs its files one after the other. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.test.ts'],
    globalSetup: ['test/lab/harness/global-setup.ts'],
    disableConsoleIntercept: true,
    maxWorkers: process.env.STOWAGE_LAB_DIR ? 1 : MAX_LABS,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    // Real engines on a busy machine miss a deadline now and then; a test that passes then is reported as retried.
    retry: 1,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
  },
});
