import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "{server,sandbox,client-sdk,packages,app,test,bench,scripts}/**/*.test.ts",
      "e2e/{edge,faults,fuzz,oracles}/**/*.test.ts",
    ],
    globalSetup: ["test/postgres.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
