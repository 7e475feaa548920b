import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { ensureInstalled, node, root, run, toolEnv } from "./toolchain.mjs";
import { join } from "node:path";

const tool = (...path) => join(root, "node_modules", ...path);

const chromium = () => ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

/** Debian's Chromium where there is one or it can be installed, Playwright's own elsewhere. */
const ensureBrowser = () => {
  if (chromium()) return;
  const own = spawnSync(node, [tool("playwright", "cli.js"), "install", "chromium"], { cwd: root, env: toolEnv(), encoding: "utf8", timeout: 300_000 });
  if (own.status === 0) return;
  process.stderr.write("  Installing Chromium from the system's packages …\n");
  spawnSync("sh", ["-c", "apt-get update && apt-get install -y --no-install-recommends chromium"], { stdio: "ignore", timeout: 600_000 });
  if (!chromium()) throw new Error("No browser: install Chromium, or let `npx playwright install chromium` download one.");
};

ensureInstalled();
const filters = process.argv.slice(2);
const failures = [];
const stage = async (label, ...command) => {
  process.stderr.write(`\n── ${label}\n`);
  if ((await run(...command)) !== 0) failures.push(label);
};

if (filters.length === 0) await stage("check", node, [join(root, "scripts", "check.mjs")]);
await stage("unit and integration", node, ["--disable-warning=ExperimentalWarning", tool("vitest", "vitest.mjs"), "run", ...filters]);
if (filters.length === 0 && existsSync(join(root, "playwright.config.ts"))) {
  ensureBrowser();
  await stage("browser journeys", node, ["--disable-warning=ExperimentalWarning", tool("@playwright", "test", "cli.js"), "test"]);
}
if (failures.length > 0) {
  process.stderr.write(`\nFailed: ${failures.join(", ")}\n`);
  process.exitCode = 1;
}
