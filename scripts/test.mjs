import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { cpuSecondsSince } from "./cpu-seconds.mjs";
import { failedTests, lastWords } from "./failed-tests.mjs";
import { findChromium } from "./find-chromium.mjs";
import {
  ensureCompiled,
  ensureInstalled,
  littleGarbageCollection,
  node,
  root,
  runQuietly,
  toolEnv,
} from "./toolchain.mjs";

const tool = (...path) => join(root, "node_modules", ...path);

const vitest = (...args) => ["--disable-warning=ExperimentalWarning", tool("vitest", "vitest.mjs"), ...args];

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

/** The Chromium of this machine, else Playwright's own, else Debian's: of both the shell without windows where there is one. */
const ensureBrowser = () => {
  if (findChromium()) return;
  const own = spawnSync(node, [tool("playwright", "cli.js"), "install", "--only-shell", "chromium"], {
    cwd: root,
    env: toolEnv(),
    encoding: "utf8",
    timeout: 300_000,
  });
  if (own.status === 0) return;
  for (const name of ["chromium-headless-shell", "chromium"]) if (!findChromium()) installSystemPackage(name);
  if (!findChromium())
    throw new Error("No browser: install Chromium, or let `npx playwright install chromium` download one.");
};

/** Suites mostly wait: for the database, for processes that start, for silence that is noticed. */
const moreThanCores = ["--maxWorkers", String(availableParallelism() + 1)];

const reports = mkdtempSync(join(tmpdir(), "nexus-reports-"));
process.on("exit", () => rmSync(reports, { recursive: true, force: true }));

/** A part of the run made of suites. */
const suites = (label, ...args) => {
  const report = join(reports, `${label}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return { label, args: vitest("run", ...reporters, ...args), report };
};

const journeys = () => {
  const report = join(reports, "journeys.json");
  return {
    label: "browser journeys",
    args: [
      "--disable-warning=ExperimentalWarning",
      tool("@playwright", "test", "cli.js"),
      "test",
      "--reporter=list,json",
    ],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    report,
  };
};

/** They need a processor more than they need it at once: beside a browser, which mostly waits, they get a third where both want one. */
const unit = (...args) => ({
  ...suites("unit and integration", "--project", "unit", "--project", "database", ...moreThanCores, ...args),
  priority: 4,
});
// Some of them compile.
const system = () => ({
  ...suites("processes and faults", "--project", "system", ...moreThanCores),
  env: littleGarbageCollection,
});

const began = Date.now();
const seconds = (value) => `${value.toFixed(0)} s`;
const secondsSince = (since) => seconds((Date.now() - since) / 1_000);
const tell = (text) => process.stderr.write(`${text}\n`);

const results = [];

const start = ({ args, env, priority, ...part }) => {
  const since = Date.now();
  const output = runQuietly(node, args, env, priority);
  const used = output.exited.then(() => ({ took: secondsSince(since), cpu: cpuSecondsSince() }));
  return { ...part, output, used };
};

/** The parts of a lane run one after the other. Each shows its output whole, in this order, the first one while it runs. */
const sideBySide = async (...lanes) => {
  const started = lanes.flatMap((parts) => {
    let before = Promise.resolve();
    return parts.map((part) => {
      const running = before.then(() => start(part));
      before = running.then(({ used }) => used);
      return running;
    });
  });
  for (const running of started) {
    const { label, report, output, used } = await running;
    tell(`\n── ${label}`);
    output.show();
    const code = await output.ended;
    results.push({ label, report, code, output: output.text(), ...(await used) });
  }
};

/** Last of all, for whoever sees the end of the output alone. */
const summarize = () => {
  const failed = results.filter(({ code }) => code !== 0);
  if (failed.length > 0) tell("\n── what failed");
  for (const { label, report, output } of failed) {
    const tests = report === undefined ? [] : failedTests(report);
    const shown = tests.length > 0 ? tests : [{ name: label, lines: lastWords(output) }];
    for (const { name, lines } of shown) tell(`\n✗ ${name}\n${lines.map((line) => `    ${line}`).join("\n")}`);
  }
  tell("");
  for (const { label, took, cpu } of results)
    tell(`${label}: ${took}${cpu === undefined ? "" : `, ${seconds(cpu)} of processor time`}`);
  const labels = failed.map(({ label }) => label).join(", ");
  tell(`${failed.length > 0 ? `Failed: ${labels}` : "Passed"} after ${secondsSince(began)}`);
  if (failed.length > 0) process.exitCode = 1;
};

const [only, ...rest] = process.argv.slice(2);
ensureInstalled();
if (only === undefined || only === "--system") ensureCompiled();
ensureRedis();
if (only === undefined || only === "--system") ensureBrowser();
// What was installed just now is no part's.
cpuSecondsSince();
if (only === "--remote-auth") {
  // Every suite that talks to Auth, against one in another process group, on a database of its own.
  await sideBySide([{ ...suites("against an Auth elsewhere", "e2e"), env: { TEST_AUTH: "remote" } }]);
} else if (only === "--unit") {
  await sideBySide([unit(...rest)]);
} else if (only === "--system") {
  await sideBySide([system()], [journeys()]);
} else if (only !== undefined) {
  await sideBySide([suites("suites", only, ...rest)]);
} else {
  await sideBySide([{ label: "check", args: [join(root, "scripts", "check.mjs")] }]);
  // The journeys are one long wait for a browser: beside them, suites one part after the other keep every core at work. Those
  // that notice how long a thing takes come last, when the journeys are nearly over.
  await sideBySide([unit(), system()], [journeys()]);
}
summarize();
