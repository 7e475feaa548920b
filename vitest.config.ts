import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { findSuites } from "./test/suite-kinds.ts";

const suites = findSuites();

const project = (name: keyof typeof suites, test: Readonly<Record<string, unknown>>) => ({
  extends: true as const,
  test: { name, include: [...suites[name]], ...test },
});

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000, interval: 20 } },
    maxWorkers: availableParallelism(),
    setupFiles: ["test/property-reports.ts"],
    // Node strips the types itself and keeps what it compiled; transformed by the runner, each module would cost that once a project.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    projects: [
      // One after the other in one process each: they share nothing but code.
      project("unit", { pool: "threads", isolate: false }),
      project("database", { pool: "forks", isolate: false, globalSetup: ["test/postgres.ts"] }),
      project("system", {
        pool: "forks",
        isolate: false,
        globalSetup: ["test/postgres.ts", "test/compile-programs.ts"],
      }),
    ],
  },
});
