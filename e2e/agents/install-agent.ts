import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentPackages, type AgentName } from "./agent-packages.ts";

const kept = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "agents");

/** Installs an agent from its registry, once, and names its program. */
export const installAgent = (name: AgentName): string => {
  const { package: wanted, version, program } = agentPackages[name];
  const folder = join(kept, `${name}-${version}`);
  const file = join(folder, "node_modules", ".bin", program);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--loglevel=error", `${wanted}@${version}`],
    { cwd: folder, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${wanted} cannot be installed: ${stderr.slice(0, 500)}`);
  return file;
};
