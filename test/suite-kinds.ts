import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What a suite needs, which decides how it is run.
 *
 * - `unit`: nothing beyond this process.
 * - `database`: a database of its own on the server of the run.
 * - `system`: processes or servers of its own, for which it mostly waits.
 */
export type SuiteKind = "unit" | "database" | "system";

const root = join(import.meta.dirname, "..");

const suites = [
  "{server,sandbox,client-sdk,packages,app,test,bench,scripts}/**/*.test.ts",
  "e2e/{edge,faults,fuzz,matrix,oracles,upgrade}/**/*.test.ts",
];

/** Shared by suites. What product code imports further down says nothing of what a suite does. */
const helpers = /^(test|e2e|bench)\//;

const processes = /^node:(child_process|cluster|worker_threads)$/;
/** Start servers, or set what holds for a whole process. */
const wholes = /^server\/(platform\/db\/(embedded|run-postgres)|assembly\/(assemble|next))\.ts$/;
const statement = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;

const importsOf = (file: string, text: string): string[] =>
  Array.from(text.matchAll(statement), ([, name = ""]) => (name.startsWith(".") ? join(dirname(file), name) : name));

const startsProcesses = (imports: readonly string[]): boolean =>
  imports.some((name) => processes.test(name) || wholes.test(name));

/** The kind of a suite by what it, what it examines and the helpers it uses import: no list has to be kept. */
export const kindOfSuite = (suite: string, folder = root): SuiteKind => {
  const read = (file: string): string => {
    const path = join(folder, file);
    return file.endsWith(".ts") && existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  const examined = importsOf(suite, read(suite));
  if (examined.some((file) => startsProcesses(importsOf(file, read(file))))) return "system";
  let kind: SuiteKind = "unit";
  const files = new Set([suite]);
  for (const file of files) {
    const text = read(file);
    const imports = importsOf(file, text);
    if (startsProcesses(imports)) return "system";
    if (/\binject\(/.test(text)) kind = "database";
    for (const name of imports) if (helpers.test(name)) files.add(name);
  }
  return kind;
};

/** Every suite of the repository, by kind. */
export const findSuites = (): Readonly<Record<SuiteKind, readonly string[]>> => {
  const files = globSync(suites, { cwd: root, exclude: ["**/node_modules/**", "**/dist/**"] }).toSorted();
  const kinds = files.map((file) => ({ file, kind: kindOfSuite(file) }));
  const of = (wanted: SuiteKind): string[] => kinds.flatMap(({ file, kind }) => (kind === wanted ? [file] : []));
  return { unit: of("unit"), database: of("database"), system: of("system") };
};
