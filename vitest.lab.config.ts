import { defineConfig } from 'vitest/config';

/** Tests on real hosts: one lab for all files, which run one after the other. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.test.ts'],
    globalSetup: ['test/lab/harness/global-setup.ts'],
    disableConsoleIntercept: true,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
  },
});
