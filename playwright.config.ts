import { defineConfig } from "@playwright/test";
import { chromiumOptions } from "./scripts/find-chromium.mjs";

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  globalSetup: "./e2e/start-products.ts",
  // The journeys of a file build upon each other, and each worker has a product and a browser of its own.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    // A copy of the page at each step costs nearly half as much as the step. Where something fails, what was done and what was shown last are kept.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: process.env.E2E_SNAPSHOTS !== undefined },
    launchOptions: chromiumOptions(),
  },
});
