import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { revocationTable } from "../server/identity/matrix/revocation-table.ts";
import { roleTable } from "../server/identity/matrix/role-table.ts";
import { identityRequirements } from "./docs/identity-requirements.ts";
import { markdownTable } from "./docs/table.ts";

// A requirement is covered by the tests whose titles begin with its id.

interface CoveringTest {
  readonly title: string;
  readonly file: string;
}

const root = join(import.meta.dirname, "..");
const testFiles = "{server,sandbox,client-sdk,packages,test,bench,scripts,e2e,app}/**/*.{test,spec}.{ts,tsx}";

const leading = /^(?:[A-GNX]\d{1,2}(?:[ ,:]+|$))+/;
// The title of a test or a group of tests: the first thing in a call's brackets.
const titleForm = /(\.skip|\.todo|\.fails|\.fixme)?\(\s*(["'`])((?:(?!\2)[^\\\n]|\\.)*)\2/g;

/** The requirement ids with which a title begins. */
const idsOf = (title: string): readonly string[] => leading.exec(title)?.[0].match(/[A-GNX]\d{1,2}/g) ?? [];

const titlesIn = (source: string): readonly string[] =>
  [...source.matchAll(titleForm)].flatMap(([, skipped, , title]) =>
    skipped === undefined && title !== undefined && leading.test(title) ? [title] : [],
  );

const fromTables = (): readonly CoveringTest[] => [
  ...roleTable.map(({ ids, route }) => ({
    title: `${ids} ${route}`,
    file: "server/identity/matrix/role-matrix.test.ts",
  })),
  ...Object.values(revocationTable).map(({ ids, event }) => ({
    title: `${ids} after: ${event}`,
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
  const byId = new Map<string, CoveringTest[]>();
  for (const test of await findTests())
    for (const id of idsOf(test.title)) byId.set(id, [...(byId.get(id) ?? []), test]);
  return byId;
};

/** The requirements that no test claims to prove. */
export const findUncoveredRequirements = async (): Promise<readonly string[]> => {
  const covered = await coverage();
  return Object.keys(identityRequirements).filter((id) => !covered.has(id));
};

/** The title without its ids and without what would break a table. */
const shown = ({ title, file }: CoveringTest): string =>
  `${title.replace(leading, "").replaceAll("\\", "").replaceAll("|", "/").replaceAll("<", "‹").trim()} (\`${file}\`)`;

/** docs/generated/identity-coverage.md */
export const identityCoveragePage = async (): Promise<string> => {
  const covered = await coverage();
  return [
    "# Requirements of Topolo Auth and the tests that prove them",
    "",
    "Found by the ids with which the titles of tests begin. The check of the generated pages fails where a requirement has no test.",
    "",
    markdownTable(
      ["Id", "Requirement", "Tests"],
      Object.entries(identityRequirements).map(([id, text]) => [
        id,
        text,
        [...new Set((covered.get(id) ?? []).map(shown))].join("<br>") || "**none**",
      ]),
    ),
    "",
  ].join("\n");
};
