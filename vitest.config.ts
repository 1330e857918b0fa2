import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/generate.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/lab/**', '**/node_modules/**'],
    disableConsoleIntercept: true,
    // All processors: vitest leaves one of them idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
  },
});
