import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { ensureInstalled, node, root, run, toolEnv } from "./toolchain.mjs";
import { join } from "node:path";

const tool = (...path) => join(root, "node_modules", ...path);

const chromium = () =>
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

/** Installs a system package where that is possible; tests that need one say so and skip where it is not. */
const installSystemPackage = (name) => {
  process.stderr.write(`  Installing ${name} from the system's packages …\n`);
  const script = `(apt-get install -y --no-install-recommends ${name} || (apt-get update && apt-get install -y --no-install-recommends ${name}))`;
  spawnSync("sh", ["-c", script], {
    stdio: "ignore",
    timeout: 600_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
};

/** A real Redis for the tests of shared rate limits. */
const ensureRedis = () => {
  const here = ["/usr/bin/redis-server", "/usr/bin/valkey-server", "/usr/local/bin/redis-server"].some((path) =>
    existsSync(path),
  );
  if (!here && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) installSystemPackage("redis-server");
};

/** Debian's Chromium where there is one or it can be installed, Playwright's own elsewhere. */
const ensureBrowser = () => {
  if (chromium()) return;
  const own = spawnSync(node, [tool("playwright", "cli.js"), "install", "chromium"], {
    cwd: root,
    env: toolEnv(),
    encoding: "utf8",
    timeout: 300_000,
  });
  if (own.status === 0) return;
  installSystemPackage("chromium");
  if (!chromium())
    throw new Error("No browser: install Chromium, or let `npx playwright install chromium` download one.");
};

ensureInstalled();
// Every suite that talks to Auth, against one in another process group, on a database of its own.
const remoteAuth = process.argv.includes("--remote-auth");
const filters = remoteAuth ? ["e2e"] : process.argv.slice(2);
const failures = [];
const stage = async (label, ...command) => {
  process.stderr.write(`\n── ${label}\n`);
  if ((await run(...command)) !== 0) failures.push(label);
};

if (filters.length === 0) await stage("check", node, [join(root, "scripts", "check.mjs")]);
ensureRedis();
await stage(
  "unit and integration",
  node,
  ["--disable-warning=ExperimentalWarning", tool("vitest", "vitest.mjs"), "run", ...filters],
  remoteAuth ? { TEST_AUTH: "remote" } : undefined,
);
if (filters.length === 0 && existsSync(join(root, "playwright.config.ts"))) {
  ensureBrowser();
  await stage("browser journeys", node, [
    "--disable-warning=ExperimentalWarning",
    tool("@playwright", "test", "cli.js"),
    "test",
  ]);
}
if (failures.length > 0) {
  process.stderr.write(`\nFailed: ${failures.join(", ")}\n`);
  process.exitCode = 1;
}
