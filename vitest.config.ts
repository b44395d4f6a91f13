import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The browsers' journeys first: they take longest, and one that starts last leaves the other worker without work. */
class BrowsersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isBrowser = ({ moduleId }: TestSpecification) => moduleId.includes('/test/browser/');
    return [...sorted.filter(isBrowser), ...sorted.filter((file) => !isBrowser(file))];
  }
}

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
    sequence: { sequencer: BrowsersFirst },
    // The sources run as they are in production: read by Node.js itself, each module once for a worker. Nothing is
    // mocked, and each file has its own application and database, so that files have nothing else to share.
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    env: { NODE_ENV: 'test', LOG_LEVEL: 'silent' },
  },
});
