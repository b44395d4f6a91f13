import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/cheap-passwords.ts'],
    // Far more than any test takes alone: a busy machine must not make one fail.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more workers than that only make the timed tests wait for each other.
    maxWorkers: 2,
    // The sources run as they are in production: read by Node.js itself, each module once for a worker. Nothing is
    // mocked, and each file has its own application and database, so that files have nothing else to share.
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    env: { NODE_ENV: 'test', LOG_LEVEL: 'silent' },
  },
});
