import { readFile, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { Bypass } from "./bypass.ts";
import { listFiles } from "./list-files.ts";
import { scanEnvironment, scanLockfile, scanManifest, scanSource } from "./scan-text.ts";

/** What an audit has found. */
export interface AuditReport {
  readonly findings: readonly Bypass[];
  readonly files: number;
  /** Not everything was looked at: too many files, or too much was found. */
  readonly truncated: boolean;
  /** `.gitignore` was heeded. */
  readonly byGit: boolean;
}

const mostFiles = 20_000;
const mostBytes = 1 << 20;
const mostLockfileBytes = 32 << 20;
const mostFindings = 1_000;

const sources: ReadonlySet<string> = new Set(
  ".ts .tsx .mts .cts .js .jsx .mjs .cjs .vue .svelte .astro .py .rb .php .go .rs .java .kt .cs .swift .sh .yml .yaml .toml .tf".split(
    " ",
  ),
);

const lockfiles: ReadonlySet<string> = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
]);

type Scan = (file: string, text: string) => readonly Bypass[];

const scanFor = (file: string): Scan | undefined => {
  const name = basename(file);
  if (/^\.env(\.|$)/.test(name)) return scanEnvironment;
  if (lockfiles.has(name)) return scanLockfile;
  if (name === "package.json") return scanManifest;
  return sources.has(extname(name)) ? scanSource : undefined;
};

const textOf = async (path: string, most: number): Promise<string> =>
  (await stat(path)).size > most ? "" : readFile(path, "utf8").catch(() => "");

/** Of what both a manifest and its lockfile name, the manifest says it. */
const withoutEchoes = (findings: readonly Bypass[]): readonly Bypass[] => {
  const named = new Set(findings.filter(({ file }) => basename(file) === "package.json").map(({ what }) => what));
  return findings.filter(({ file, what }) => !(lockfiles.has(basename(file)) && named.has(what)));
};

/** Looks for where an app goes past Nexus. Reads, writes nothing, calls nobody. */
export const auditApp = async (folder: string): Promise<AuditReport> => {
  const { files, truncated, byGit } = await listFiles(folder, mostFiles);
  const findings: Bypass[] = [];
  for (const file of files) {
    const scan = scanFor(file);
    if (scan === undefined) continue;
    const text = await textOf(join(folder, file), scan === scanLockfile ? mostLockfileBytes : mostBytes);
    findings.push(...scan(file, text));
    if (findings.length > mostFindings) break;
  }
  const kept = withoutEchoes(findings).slice(0, mostFindings);
  return { findings: kept, files: files.length, truncated: truncated || findings.length > mostFindings, byGit };
};
