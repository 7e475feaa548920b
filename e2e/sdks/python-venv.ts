import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirementsFile } from "./sdk-clients.ts";

const kept = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "sdks");

const run = (command: string, args: readonly string[]): void => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
};

/** Why the clients of Python cannot be run on this machine. */
export const pythonMissing = (python = "python3"): string | undefined =>
  spawnSync(python, ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"]).status === 0
    ? undefined
    : `there is no ${python} of at least 3.11 with venv and pip`;

/** A Python that has the pinned packages of a list; made once, and kept for the next run. */
export const ensurePython = (requirements = requirementsFile, python = "python3"): string => {
  const digest = createHash("sha256").update(python).update(readFileSync(requirements)).digest("hex").slice(0, 16);
  const folder = join(kept, `python-${digest}`);
  const bin = join(folder, "bin");
  const mark = join(folder, "installed");
  if (!existsSync(mark)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(kept, { recursive: true });
    run(python, ["-m", "venv", folder]);
    run(join(bin, "pip"), ["install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
    // Whoever runs it may be another user.
    run("chmod", ["-R", "a+rX", kept]);
    writeFileSync(mark, "");
  }
  return join(bin, "python");
};
