import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { systemEnvironment } from "../platform/system-environment.ts";
import { StartError } from "./explain-start-error.ts";

const run = promisify(execFile);

type ToolName = "pg_dump" | "pg_restore";

const folderOfDistributions = "/usr/lib/postgresql";

/** Folders that may hold PostgreSQL's client programs; those of newer versions last looked at are last chosen. */
const folders = async (): Promise<readonly string[]> => {
  const installed = await readdir(folderOfDistributions).catch(() => []);
  return [
    ...(systemEnvironment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
    ...installed.sort((a, b) => Number(b) - Number(a)).map((version) => join(folderOfDistributions, version, "bin")),
  ];
};

const majorOf = async (path: string): Promise<number | undefined> => {
  const told = await run(path, ["--version"], { env: systemEnvironment }).catch(() => undefined);
  const major = /\(PostgreSQL\) (\d+)/.exec(told?.stdout ?? "")?.[1];
  return major === undefined ? undefined : Number(major);
};

/** The program, of the server's version or a newer one: an older one refuses. Undefined: there is none on this machine. */
export const findTool = async (name: ToolName, leastMajor: number): Promise<string | undefined> => {
  for (const folder of await folders()) {
    const path = join(folder, name);
    if (((await majorOf(path)) ?? 0) >= leastMajor) return path;
  }
  return undefined;
};

/** What libpq knows of the parameters that an address may carry. */
const known = new Set(["sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "target_session_attrs"]);

/** The address without its password, which everybody on the machine could read in the list of processes. */
const spoken = (connectionString: string): { readonly address: string; readonly password: string } => {
  const url = new URL(connectionString);
  const password = decodeURIComponent(url.password);
  url.password = "";
  url.search = new URLSearchParams([...url.searchParams].filter(([name]) => known.has(name))).toString();
  return { address: url.href, password };
};

/** As the server lists a program of ours. */
export const toolSession = "nexus-pg-tool";

interface RunTool {
  readonly path: string;
  readonly args: readonly string[];
  readonly connectionString: string;
  readonly signal: AbortSignal;
}

/** Runs one against a database; what it complained of is in the error. */
export const runTool = async ({ path, args, connectionString, signal }: RunTool): Promise<void> => {
  const { address, password } = spoken(connectionString);
  try {
    await run(path, [...args, `--dbname=${address}`], {
      env: { ...systemEnvironment, PGPASSWORD: password, PGAPPNAME: toolSession },
      maxBuffer: 64 * 1024 * 1024,
      signal,
    });
  } catch (error) {
    const told = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    const lines = told.split("\n").filter((line) => line !== "");
    throw new StartError(`${path} did not finish: ${lines.slice(0, 5).join(" · ") || "it was stopped"}`, {
      cause: error,
    });
  }
};
