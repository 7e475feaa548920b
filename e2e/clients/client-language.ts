import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What installs a generator, makes a client with it and calls that. */
export interface ClientLanguage {
  readonly name: string;
  /** Why it cannot be done on this machine. */
  readonly missing: () => string | undefined;
  readonly install: (folder: string) => void;
  /** Writes the client of a document into a folder. */
  readonly generate: (toolchain: string, document: string, folder: string) => void;
  readonly drive: (toolchain: string, folder: string, plan: string) => Promise<string>;
}

const here = import.meta.dirname;
const kept = join(here, "..", "..", "node_modules", ".cache", "generated-clients");

const run = (command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): void => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
};

/** The other side answers from this process, so nothing here may wait for the driver alone. */
const read = (command: string, args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => void chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(Buffer.concat(chunks).toString("utf8")) : reject(new Error(`${command} ended with ${code}`)),
    );
  });

const typescript: ClientLanguage = {
  name: "typescript",
  missing: () => undefined,
  install: (folder) => run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], folder),
  generate: (toolchain, document, folder) =>
    run(process.execPath, [join(here, "typescript", "generate.mjs"), document, folder], toolchain),
  drive: (toolchain, folder, plan) =>
    read(process.execPath, [join(here, "typescript", "drive.mjs"), folder, plan], toolchain),
};

const pythonOf = (toolchain: string): string => join(toolchain, "venv", "bin");

const python: ClientLanguage = {
  name: "python",
  missing: () =>
    spawnSync("python3", ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"]).status === 0
      ? undefined
      : "there is no Python of at least 3.10 with venv and pip",
  install: (folder) => {
    run("python3", ["-m", "venv", "venv"], folder);
    run(join(pythonOf(folder), "pip"), ["install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"], folder); // prettier-ignore
  },
  generate: (toolchain, document, folder) => {
    const bin = pythonOf(toolchain);
    const config = join(here, "python", "config.yaml");
    const args = ["generate", "--fail-on-warning", "--config", config, "--meta", "none", "--path", document, "--output-path", join(folder, "nexus_client")]; // prettier-ignore
    run(join(bin, "openapi-python-client"), args, toolchain, { ...process.env, PATH: `${bin}:${process.env.PATH}` });
  },
  drive: (toolchain, folder, plan) =>
    read(join(pythonOf(toolchain), "python"), [join(here, "python", "drive.py"), folder, plan], toolchain),
};

export const clientLanguages: readonly ClientLanguage[] = [typescript, python];

const pins: Readonly<Record<string, readonly string[]>> = {
  typescript: ["package.json", "package-lock.json"],
  python: ["requirements.txt"],
};

/** The folder in which a generator is installed, with the versions that are pinned beside this file; kept for the next run. */
export const ensureToolchain = ({ name, install }: ClientLanguage): string => {
  const files = pins[name] ?? [];
  const digest = createHash("sha256");
  for (const file of files) digest.update(readFileSync(join(here, name, file)));
  const folder = join(kept, `${name}-${digest.digest("hex").slice(0, 16)}`);
  const mark = join(folder, "installed");
  if (existsSync(mark)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of files) cpSync(join(here, name, file), join(folder, file));
  install(folder);
  writeFileSync(mark, "");
  return folder;
};
