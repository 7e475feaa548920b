import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failedTests, lastWords } from "./failed-tests.mjs";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-reports-"));
});
afterAll(() => rm(folder, { recursive: true }));

const root = join(import.meta.dirname, "..");
const manyLines = Array.from({ length: 30 }, (_, line) => `line ${line}`).join("\n");

const read = async (report: unknown): Promise<unknown> => {
  const file = join(folder, "report.json");
  await writeFile(file, JSON.stringify(report));
  return failedTests(file);
};

test("of suites, each failed test is named with its file, its groups and the first lines of its message", async () => {
  const failed = (title: string, message: string) => ({
    ancestorTitles: ["a group"],
    title,
    status: "failed",
    failureMessages: [message],
  });
  const message = `\u001B[31mError\u001B[39m: no\n    at /work/x.test.ts:2:1\n    at f (file:///a/node_modules/vitest/run.js:1:1)\n    at new Promise (<anonymous>)`;
  const report = {
    testResults: [
      {
        name: join(root, "server/x.test.ts"),
        status: "failed",
        message: "",
        assertionResults: [
          { ancestorTitles: [], title: "holds", status: "passed", failureMessages: [] },
          failed("breaks", message),
          failed("says much", manyLines),
        ],
      },
      { name: join(root, "server/y.test.ts"), status: "failed", message: "Cannot find module", assertionResults: [] },
      { name: join(root, "server/z.test.ts"), status: "passed", message: "", assertionResults: [] },
    ],
  };
  expect(await read(report)).toEqual([
    { name: "server/x.test.ts > a group > breaks", lines: ["Error: no", "    at /work/x.test.ts:2:1"] },
    { name: "server/x.test.ts > a group > says much", lines: [...manyLines.split("\n").slice(0, 12), "…"] },
    { name: "server/y.test.ts", lines: ["Cannot find module"] },
  ]);
});

test("of journeys, each failed one is named, however deep its group, and what failed outside of all of them", async () => {
  const result = { errors: [{ message: "the button is not there" }] };
  const report = {
    errors: [{ message: "the product did not start" }],
    suites: [
      {
        specs: [{ ok: true, file: "a.spec.ts", title: "holds", tests: [] }],
        suites: [
          {
            specs: [{ ok: false, file: "a.spec.ts", title: "breaks", tests: [{ results: [{ errors: [] }, result] }] }],
          },
        ],
      },
    ],
  };
  expect(await read(report)).toEqual([
    { name: "journeys", lines: ["the product did not start"] },
    { name: "e2e/a.spec.ts > breaks", lines: ["the button is not there"] },
  ]);
});

test("of a journey that failed the page is shown as it was then, and of a long one its beginning", async () => {
  const page = join(folder, "error-context.md");
  const failed = (path: string) => ({
    errors: [{ message: "no button" }],
    attachments: [{ name: "error-context", path }],
  });
  const spec = (path: string) => ({
    ok: false,
    file: "a.spec.ts",
    title: "breaks",
    tests: [{ results: [failed(path)] }],
  });
  const shown = (path: string) => read({ errors: [], suites: [{ specs: [spec(path)] }] });
  const says = (...lines: readonly string[]) => [{ name: "e2e/a.spec.ts > breaks", lines: ["no button", ...lines] }];
  const holds = (snapshot: string) =>
    writeFile(
      page,
      `# Error details\n\n\`\`\`\nno\n\`\`\`\n\n# Page snapshot\n\n\`\`\`yaml\n${snapshot}\n\`\`\`\n\n# Test source\n`,
    );
  await holds(`- heading "Home"\n- button "Sign in"`);
  expect(await shown(page)).toEqual(says("The page:", `- heading "Home"`, `- button "Sign in"`));
  await holds(`- generic:\n  - navigation "Main"\n  - main [ref=e2]:\n    - option "UTC"\n    - heading "Home"`);
  expect(await shown(page)).toEqual(says("The page:", "  - main [ref=e2]:", `    - heading "Home"`));
  await holds([manyLines, manyLines].join("\n"));
  expect(await shown(page)).toEqual(
    says("The page:", ...[manyLines, manyLines].join("\n").split("\n").slice(0, 40), "…"),
  );
  expect(await shown(join(folder, "none.md"))).toEqual(says());
});

test("a part that left no report has failed no test", () => {
  expect(failedTests(join(folder, "none.json"))).toEqual([]);
});

test("of a command that failed, what it said last is kept, from its first ✗ on", () => {
  expect(lastWords("✓ types\n✗ lint\na.ts: no\n✓ format\n")).toEqual(["✗ lint", "a.ts: no", "✓ format"]);
  expect(lastWords(manyLines)).toEqual(manyLines.split("\n").slice(-12));
});
