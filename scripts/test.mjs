import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { spawnSync } from "node:child_process";
import { ensureInstalled, node, root, run, runQuietly, toolEnv } from "./toolchain.mjs";
import { join } from "node:path";

const tool = (...path) => join(root, "node_modules", ...path);

const vitest = (...args) => ["--disable-warning=ExperimentalWarning", tool("vitest", "vitest.mjs"), ...args];

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

/** Suites mostly wait: for the database, for processes that start, for silence that is noticed. */
const moreThanCores = ["--maxWorkers", String(availableParallelism() + 1)];

/** What runs side by side; each part prints its output whole, in this order, the first one while it runs. */
const parts = {
  unit: {
    label: "unit and integration",
    args: vitest("run", "--project", "unit", "--project", "database", ...moreThanCores),
  },
  system: {
    label: "processes and faults",
    args: vitest("run", "--project", "system", ...moreThanCores),
  },
  browser: {
    label: "browser journeys",
    args: ["--disable-warning=ExperimentalWarning", tool("@playwright", "test", "cli.js"), "test"],
  },
};

const failures = [];
const began = Date.now();
const seconds = (since) => `${((Date.now() - since) / 1_000).toFixed(0)} s`;
const headline = (label) => process.stderr.write(`\n── ${label}\n`);

const stage = async (label, args, env) => {
  headline(label);
  if ((await run(node, args, env)) !== 0) failures.push(label);
};

const sideBySide = async (stages) => {
  const running = stages.map(({ label, args }) => {
    const since = Date.now();
    const output = runQuietly(node, args);
    return { label, output, ended: output.ended.then((code) => ({ code, took: seconds(since) })) };
  });
  for (const { label, output, ended } of running) {
    headline(label);
    output.show();
    const { code, took } = await ended;
    process.stderr.write(`${label}: ${took}\n`);
    if (code !== 0) failures.push(label);
  }
};

const [only, ...rest] = process.argv.slice(2);
ensureInstalled();
ensureRedis();
if (only === "--remote-auth") {
  // Every suite that talks to Auth, against one in another process group, on a database of its own.
  await stage("against an Auth elsewhere", vitest("run", "e2e"), { TEST_AUTH: "remote" });
} else if (only === "--unit") {
  await stage(parts.unit.label, [...parts.unit.args, ...rest]);
} else if (only === "--system") {
  ensureBrowser();
  await sideBySide([parts.system, parts.browser]);
} else if (only !== undefined) {
  await stage("suites", vitest("run", only, ...rest));
} else {
  ensureBrowser();
  await stage("check", [join(root, "scripts", "check.mjs")]);
  await sideBySide([parts.unit, parts.system, parts.browser]);
}
process.stderr.write(
  `\n${failures.length > 0 ? `Failed: ${failures.join(", ")}` : "Passed"} after ${seconds(began)}\n`,
);
if (failures.length > 0) process.exitCode = 1;
