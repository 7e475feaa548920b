import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../toolchain.mjs";
import { findLintTool, type LintTool } from "./lint-tools.ts";
import { readUnit } from "./read-unit.ts";

const deploy = join(root, "deploy");
const chart = join(deploy, "helm", "topolo-nexus");

/** One judgement: the tools it takes, and what they said; it throws what they object to. */
interface DeployLint {
  readonly what: string;
  readonly tools: readonly LintTool[];
  readonly run: () => string;
}

const say = (tool: LintTool, args: readonly string[], cwd = root): string => {
  const path = findLintTool(tool);
  if (path === undefined) throw new Error(`${tool} is not there: npm run lint-deploy installs it`);
  try {
    return execFileSync(path, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 64 << 20 });
  } catch (error) {
    const told = ["stdout", "stderr"].map((name) => String(Reflect.get(Object(error), name) ?? "")).join("");
    throw new Error(`${tool} ${args.join(" ")}\n${told}`, { cause: error });
  }
};

const inFolder = <T>(work: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-lint-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const compose = (): string =>
  inFolder((folder) => {
    cpSync(join(deploy, "compose"), folder, { recursive: true });
    copyFileSync(join(folder, "settings.env.example"), join(folder, "settings.env"));
    return say("cmd", [join(folder, "compose.yaml")], folder);
  });

/** As an operator would give them: the least, and everything on. */
export const chartValues: Readonly<Record<string, readonly string[]>> = {
  "the least": [],
  "everything on": [
    "ingress.enabled=true",
    "ingress.className=nginx",
    "ingress.tls.secretName=nexus-tls",
    "gateway.autoscaling.enabled=true",
    "moreSecrets.gateway={PLATFORM_OPENAI_API_KEY}",
    "settings.LOG_LEVEL=warn",
    "networkPolicy.from[0].namespaceSelector.matchLabels.name=ingress",
    "networkPolicy.database.to[0].ipBlock.cidr=10.0.0.0/8",
    "podAnnotations.team=platform",
    "priorityClassName=high",
  ],
};
const needed = [
  "publicUrl=https://nexus.example.com",
  "authPublicUrl=https://auth.example.com",
  "existingSecret=nexus",
];
const kubernetes = "1.37.0";

const settingsOf = (values: readonly string[]): string[] => [...needed, ...values].flatMap((value) => ["--set", value]);

/** The chart's manifests. */
export const renderChart = (values: readonly string[] = []): string =>
  say("helm", ["template", "nexus", chart, "--kube-version", kubernetes, ...settingsOf(values)]);

const validateChart = (values: readonly string[]): string =>
  inFolder((folder) => {
    say("helm", ["lint", "--strict", "--quiet", chart, "--kube-version", kubernetes, ...settingsOf(values)]);
    const file = join(folder, "manifests.yaml");
    writeFileSync(file, renderChart(values));
    return say("kubernetes-validate", ["--strict", "-k", kubernetes, file]);
  });

const units = ["topolo-nexus.service", "topolo-auth.service"] as const;

/** In a root of its own, in which the commands that the units name are there. */
const verifyUnits = (): string =>
  inFolder((folder) => {
    for (const unit of units) {
      const path = join(folder, "etc", "systemd", "system", unit);
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(join(deploy, "systemd", unit), path);
    }
    const { command } = readUnit(execFileSync("cat", [join(deploy, "systemd", units[0])], { encoding: "utf8" }));
    for (const program of [command[0] ?? "", "/bin/kill"]) {
      mkdirSync(dirname(join(folder, program)), { recursive: true });
      writeFileSync(join(folder, program), "", { mode: 0o755 });
    }
    return say("systemd-analyze", ["verify", `--root=${folder}`, "--recursive-errors=no", ...units]);
  });

/** Ten is everything, nothing is isolated: a service on the network cannot be far below this. */
const mostExposure = "15";

export const deployLints: readonly DeployLint[] = [
  { what: "Dockerfile", tools: ["hadolint"], run: () => say("hadolint", [join(deploy, "Dockerfile")]) },
  { what: "compose file", tools: ["cmd"], run: compose },
  ...Object.entries(chartValues).map(([what, values]) => ({
    what: `chart with ${what}`,
    tools: ["helm", "kubernetes-validate"] as const,
    run: () => validateChart(values),
  })),
  { what: "units", tools: ["systemd-analyze"], run: verifyUnits },
  ...units.map((unit) => ({
    what: `exposure of ${unit}`,
    tools: ["systemd-analyze"] as const,
    run: () =>
      say("systemd-analyze", [
        "security",
        "--offline=yes",
        "--no-pager",
        `--threshold=${mostExposure}`,
        join(deploy, "systemd", unit),
      ]),
  })),
];
