import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EnvSchema } from "../../server/platform/env.ts";
import { settingInFile } from "../../server/platform/settings-from-files.ts";
import { deployLints } from "./lint-deploy.ts";
import { findLintTool } from "./lint-tools.ts";
import { readUnit } from "./read-unit.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), "utf8");
const manifest: { version: string; dependencies: Record<string, string> } = JSON.parse(read("package.json"));

const dockerfile = read("deploy", "Dockerfile");
const compose = read("deploy", "compose", "compose.yaml");
const chart = read("deploy", "helm", "topolo-nexus", "Chart.yaml");
const helpers = read("deploy", "helm", "topolo-nexus", "templates", "_helpers.tpl");
const values = read("deploy", "helm", "topolo-nexus", "values.yaml");
const unit = read("deploy", "systemd", "topolo-nexus.service");
const example = read("deploy", "systemd", "settings.env.example");

for (const { what, tools, run } of deployLints) {
  const missing = tools.filter((tool) => findLintTool(tool) === undefined);
  const why = missing.length > 0 ? ` (${missing.join(", ")} not there: npm run lint-deploy installs it)` : "";
  test.skipIf(missing.length > 0)(`${what} passes its own tool${why}`, { timeout: 60_000 }, () => {
    expect(run).not.toThrow();
  });
}

test("everything that is shipped is of this version, and of one Node", () => {
  expect(dockerfile).toContain(`ARG NODE_VERSION=${manifest.dependencies["node"]}\n`);
  expect(dockerfile).toContain(`-t topolo-nexus:${manifest.version} `);
  expect(compose).toContain(`image: topolo-nexus:${manifest.version}\n`);
  expect(chart).toContain(`\nversion: ${manifest.version}\nappVersion: ${manifest.version}\n`);
});

/** Names of settings, and of those that stand in files. */
const settingsIn = (text: string, form: RegExp): string[] => [...text.matchAll(form)].map(([, name = ""]) => name);

test.each([
  ["Dockerfile", settingsIn(dockerfile, /\b((?:NODE_ENV|HOST|(?:NEXUS|AUTH)_\w+))=/g)],
  ["compose file", settingsIn(compose, /^ {6}((?!POSTGRES)[A-Z][A-Z0-9_]+): /gm)],
  ["compose settings", settingsIn(read("deploy", "compose", "settings.env.example"), /^([A-Z0-9_]+)=/gm)],
  ["unit's settings", [...settingsIn(example, /^([A-Z0-9_]+)=/gm), ...Object.keys(readUnit(unit).environment)]],
  ["chart's settings", settingsIn(helpers, /set \$env "(\w+)"/g)],
  ["chart's secrets", settingsIn(helpers, /"((?:[A-Z]+_)+(?:URL|KEY|KEYS|SECRET|PEPPER))"/g)],
])("every name in the %s is a setting", (_, names) => {
  expect(names.length).toBeGreaterThan(3);
  for (const name of names)
    expect([name, name in EnvSchema.shape || settingInFile(name) !== undefined]).toEqual([name, true]);
});

const seconds = (text: string, form: RegExp): number => Number(form.exec(text)?.[1]);

test("whoever ends a process waits for its delay, its calls and a minute", () => {
  const [delay, drain] = [/NEXUS_DRAIN_DELAY_MS[=:] ?"?(\d+)/, /NEXUS_DRAIN_TIMEOUT_MS[=:] ?"?(\d+)/];
  const needed = (text: string): number => (seconds(text, delay) + seconds(text, drain)) / 1_000 + 60;
  expect(seconds(unit, /TimeoutStopSec=(\d+)/)).toBe(needed(example));
  expect(compose).toContain("stop_grace_period: 3m5s\n    networks:\n      - database\n      - default");
  expect(needed(compose)).toBe(185);
  expect(helpers).toContain("add $values.drainDelaySeconds $own.drainTimeoutSeconds 60");
  // Noticed by the kubelet after so long, and by everybody a moment later.
  const [period, failures] = [
    /readinessProbe:[^]*?periodSeconds: (\d+)/,
    /readinessProbe:[^]*?failureThreshold: (\d+)/,
  ];
  const noticed = seconds(helpers, period) * seconds(helpers, failures);
  expect(seconds(values, /^drainDelaySeconds: (\d+)/m)).toBeGreaterThanOrEqual(2 * noticed);
});

test("the image keeps nothing that is a secret: none is an argument, a setting or a file of it", () => {
  expect(dockerfile).not.toMatch(/^(ARG|ENV)[^\n]*(SECRET|KEY|PASSWORD|PEPPER|TOKEN|DATABASE_URL)/m);
  const ignored = read(".dockerignore").split("\n");
  expect(ignored).toContain("*");
  expect(ignored).toEqual(expect.arrayContaining(["**/.env*", "**/.nexus*", "**/node_modules"]));
});
