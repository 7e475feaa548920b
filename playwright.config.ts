import { defineConfig } from "@playwright/test";
import { chromiumOptions } from "./scripts/find-chromium.mjs";

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  outputDir: "test-results",
  globalSetup: "./e2e/start-product.ts",
  // One product, one browser: the journeys build upon each other.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    // The film costs more than the journey; the pages themselves are kept all the same.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: chromiumOptions(),
  },
});
