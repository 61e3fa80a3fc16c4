import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['@dualbeat/source', 'module', 'node', 'import', 'default'] };

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'plugins/*/src/**/*.test.ts',
      'tools/*/src/**/*.test.ts',
      'test/src/**/*.test.ts',
    ],
    environment: 'node',
    pool: 'forks', // the native runtime cannot be loaded twice in one process
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    execArgv: ['--conditions=@dualbeat/source'],
  },
});
