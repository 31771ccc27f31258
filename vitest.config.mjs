import { defineConfig } from "vitest/config";

const project = (name, include, extra = {}) => ({ test: { name, include, testTimeout: 20_000, ...extra } });

export default defineConfig({
  test: {
    projects: [
      // Pure code keeps nothing from one file to the next.
      project("unit", ["test/unit/**/*.test.ts"], { isolate: false }),
      project("integration", ["test/integration/**/*.test.ts"], {
        testTimeout: 120_000,
        hookTimeout: 120_000,
        maxWorkers: 2,
        setupFiles: ["test/support/memoryFolder.ts"],
        // These workers start thousands of programs, and each start copies the tables of all the memory in use: a worker
        // for each file and a small nursery keep that cheap.
        execArgv: ["--max-semi-space-size=8"],
      }),
      project("architecture", ["test/architecture/**/*.test.ts"], {
        testTimeout: 300_000,
        hookTimeout: 300_000,
      }),
      // Each opens a real editor: one after another in windows of one browser, and never a second try.
      project("e2e", ["test/e2e/**/*.test.ts"], {
        testTimeout: 180_000,
        hookTimeout: 180_000,
        fileParallelism: false,
        isolate: false,
        retry: 0,
      }),
    ],
  },
});
