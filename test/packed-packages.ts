import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packPackages } from "../scripts/packages/pack-packages.ts";

const run = promisify(execFile);
const repositoryModules = join(import.meta.dirname, "../node_modules");

/** Our packages, packed and installed into an empty project, beside what they depend on. */
export interface PackedProject {
  readonly folder: string;
  /** Folder of the archives as they would be published. */
  readonly archives: string;
  readonly installed: (name: string) => string;
  /** Runs a tool of the repository, or a program by its path, in the project. */
  readonly run: (tool: string, ...args: readonly string[]) => Promise<string>;
  /** Type-checks files strictly, libraries included; what the compiler says. */
  readonly tsc: (files: readonly string[], options?: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly write: (file: string, text: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** What an app that uses every entry point has installed. */
const dependencies = [
  "@trpc/client",
  "@trpc/server",
  "standardwebhooks",
  "@stablelib/base64",
  "fast-sha256",
  "@types/node",
  "@types/json-schema",
  "undici-types",
  "@ai-sdk/provider",
  "json-schema",
  "@tanstack/react-query",
  "@tanstack/query-core",
  "@trpc/tanstack-react-query",
  "react",
  "@types/react",
  "csstype",
  "zod",
  "ai",
  "openai",
  "@anthropic-ai/sdk",
  "@google/genai",
  "@langchain/openai",
  "@langchain/core",
] as const;

const strict = {
  strict: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: "es2022",
  module: "nodenext",
  lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
  types: ["node"],
};

const names = ["nexus-client", "auth-client", "auth-middleware"] as const;

/** One pack and one install, for as many ways of using them as there are tests. */
export const installPacked = async (): Promise<PackedProject> => {
  const folder = await mkdtemp(join(tmpdir(), "stranger-"));
  const archives = join(folder, "archives");
  const installed = (name: string): string => join(folder, "node_modules/@topolo", name);
  await packPackages(archives);
  for (const name of names) {
    await mkdir(installed(name), { recursive: true });
    await run("tar", ["-xzf", join(archives, `${name}.tgz`), "-C", installed(name), "--strip-components", "1"]);
  }
  for (const name of dependencies) {
    const link = join(folder, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(repositoryModules, name), link);
  }
  const write = (file: string, text: string): Promise<void> => writeFile(join(folder, file), text);
  await write("package.json", JSON.stringify({ name: "stranger", type: "module" }));
  return {
    folder,
    archives,
    installed,
    write,
    run: async (tool, ...args) => {
      const file = tool.includes("/") ? tool : join(repositoryModules, ".bin", tool);
      return (await run(file, args, { cwd: folder })).stdout.trim();
    },
    tsc: async (files, options = {}) => {
      await write("tsconfig.json", JSON.stringify({ compilerOptions: { ...strict, ...options }, files }));
      return run(join(repositoryModules, ".bin/tsc"), ["-p", ".", "--pretty", "false"], { cwd: folder }).then(
        ({ stdout }) => stdout,
        (error: { readonly stdout: string }) => error.stdout,
      );
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
