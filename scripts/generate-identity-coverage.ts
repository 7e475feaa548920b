import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { revocationTable } from "../server/identity/matrix/revocation-table.ts";
import { roleTable } from "../server/identity/matrix/role-table.ts";
import { identityRequirements } from "./docs/identity-requirements.ts";
import { markdownTable } from "./docs/table.ts";

// A requirement is covered by the tests whose titles end with its code in brackets.

interface CoveringTest {
  readonly title: string;
  readonly file: string;
}

const root = join(import.meta.dirname, "..");
const testFiles = "{server,sandbox,client-sdk,packages,test,bench,scripts,e2e,app}/**/*.{test,spec}.{ts,tsx}";

const requirement = /^[A-Z]\d{1,2}$/;
const trailing = / \[((?:[A-Z]\d{1,2}|RFC \d+ §[\d.]+)(?:, (?:[A-Z]\d{1,2}|RFC \d+ §[\d.]+))*)\]$/;
// The title of a test or a group of tests: the first thing in a call's brackets.
const titleForm = /(\.skip|\.todo|\.fails|\.fixme)?\(\s*(["'`])((?:(?!\2)[^\\\n]|\\.)*)\2/g;

/** The codes with which a title ends: requirements, and sections of an RFC. */
const codesOf = (title: string): readonly string[] => trailing.exec(title)?.[1]?.split(", ") ?? [];

const titlesIn = (source: string): readonly string[] =>
  [...source.matchAll(titleForm)].flatMap(([, skipped, , title]) =>
    skipped === undefined && title !== undefined && trailing.test(title) ? [title] : [],
  );

const fromTables = (): readonly CoveringTest[] => [
  ...roleTable.map(({ ids, route }) => ({
    title: `${route} [${ids}]`,
    file: "server/identity/matrix/role-matrix.test.ts",
  })),
  ...Object.values(revocationTable).map(({ ids, event }) => ({
    title: `after: ${event} [${ids}]`,
    file: "server/identity/matrix/revocation-matrix.test.ts",
  })),
];

const findTests = async (): Promise<readonly CoveringTest[]> => {
  const files: string[] = [];
  for await (const file of glob(testFiles, { cwd: root, exclude: (name) => name.includes("node_modules") }))
    files.push(file);
  const found = await Promise.all(
    files
      .sort()
      .map(async (file) => titlesIn(await readFile(join(root, file), "utf8")).map((title) => ({ title, file }))),
  );
  return [...found.flat(), ...fromTables()];
};

const coverage = async (): Promise<ReadonlyMap<string, readonly CoveringTest[]>> => {
  const byCode = new Map<string, CoveringTest[]>();
  for (const test of await findTests())
    for (const code of codesOf(test.title)) byCode.set(code, [...(byCode.get(code) ?? []), test]);
  return byCode;
};

/** The requirements that no test claims to prove. */
export const findUncoveredRequirements = async (): Promise<readonly string[]> => {
  const covered = await coverage();
  return Object.keys(identityRequirements).filter((id) => !covered.has(id));
};

/** Codes at the end of a title that no requirement explains. */
export const findUnknownCodes = async (): Promise<readonly string[]> =>
  [...(await coverage()).keys()].filter((code) => requirement.test(code) && !Object.hasOwn(identityRequirements, code));

/** The title without its codes and without what would break a table. */
const shown = ({ title, file }: CoveringTest): string =>
  `${title.replace(trailing, "").replaceAll("\\", "").replaceAll("|", "/").replaceAll("<", "‹").trim()} (\`${file}\`)`;

/** docs/generated/identity-coverage.md */
export const identityCoveragePage = async (): Promise<string> => {
  const covered = await coverage();
  return [
    "# Requirements of Topolo Auth and the tests that prove them",
    "",
    "Found by the codes in brackets at the end of test titles. `npm run check` fails where a requirement has no test, and where a",
    "title ends with a code that is not in this table. `RFC 9700 §…` in a title is a section of that document.",
    "",
    markdownTable(
      ["Code", "Requirement", "Tests"],
      Object.entries(identityRequirements).map(([id, text]) => [
        id,
        text,
        [...new Set((covered.get(id) ?? []).map(shown))].join("<br>") || "**none**",
      ]),
    ),
    "",
  ].join("\n");
};
