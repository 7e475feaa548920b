import { globSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findSuites, kindOfSuite } from "./suite-kinds.ts";

let tree: string;
const files: Readonly<Record<string, string>> = {
  "server/child.ts": 'import { spawn } from "node:child_process";\n',
  "server/uses-child.ts": 'import "./child.ts";\n',
  "server/platform/db/embedded.ts": "export const start = 1;\n",
  "server/plain.test.ts": 'import "./uses-child.ts";\n',
  "server/examines.test.ts": 'import "./child.ts";\n',
  "server/spawns.test.ts": 'import { fork } from "node:child_process";\n',
  "server/late.test.ts": 'const { fork } = await import("node:child_process");\n',
  "server/copies.test.ts": 'import { open } from "../test/open.ts";\n',
  "server/helped.test.ts": 'import { run } from "../test/run.ts";\n',
  "server/provided.test.ts": 'import { inject } from "vitest";\nconst url = inject("postgresUrl");\n',
  "server/platform/db/server.test.ts": 'import { start } from "./embedded.ts";\n',
  "test/open.ts": 'import "./database.ts";\n',
  "test/database.ts": 'import { inject } from "vitest";\ninject("postgresUrl");\n',
  "test/run.ts": 'import "./run-far.ts";\n',
  "test/run-far.ts": 'import {\n  spawn,\n} from "node:child_process";\n',
};

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "nexus-kinds-"));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(tree, dirname(file)), { recursive: true });
    await writeFile(join(tree, file), text);
  }
});
afterAll(() => rm(tree, { recursive: true }));

test.each([
  ["needs nothing, whatever product code does further down", "server/plain.test.ts", "unit"],
  ["examines a file that starts processes", "server/examines.test.ts", "system"],
  ["starts processes", "server/spawns.test.ts", "system"],
  ["starts processes, imported late", "server/late.test.ts", "system"],
  ["starts processes by a helper of a helper", "server/helped.test.ts", "system"],
  ["starts a database server", "server/platform/db/server.test.ts", "system"],
  ["copies a database by a helper", "server/copies.test.ts", "database"],
  ["asks for what the run provides", "server/provided.test.ts", "database"],
])("a suite that %s", (_, suite, kind) => {
  expect(kindOfSuite(suite, tree)).toBe(kind);
});

test("every suite of the repository is run, as one kind", () => {
  const { unit, database, system } = findSuites();
  const all = globSync("**/*.test.ts", {
    cwd: join(import.meta.dirname, ".."),
    exclude: (path) => /(^|\/)(node_modules|dist|\.[a-z]+)(\/|$)/.test(path),
  });
  expect([...unit, ...database, ...system].toSorted()).toEqual(all.toSorted());
});
