import { defineConfig } from "@playwright/test";
import { chromiumOptions } from "../../scripts/find-chromium.mjs";

/** The long looks at every page: `npm run crawl`, `npm run screenshots` and `npm run vitals`. */
export default defineConfig({
  testDir: ".",
  testMatch: "*.tour.ts",
  outputDir: "../../test-results",
  globalSetup: "./start-tour.ts",
  workers: 1,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  snapshotPathTemplate: "../../docs/screenshots/{arg}{ext}",
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 30_000,
    launchOptions: chromiumOptions(),
  },
});
