import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const row = /^\| [^|]+ \| .+ \| \[`[\w.-]+`\]\(\.\.\/([\w./-]+)\) \| (.+) \|$/;

/** What stands in a table cell, as the test's source spells it. */
const unescaped = (text: string): string => text.replaceAll("\\|", "|");

test("every test named in docs/identity-security.md exists", async () => {
  const page = await readFile(join(root, "docs", "identity-security.md"), "utf8");
  const named = page.split("\n").flatMap((line) => {
    const [, file, title] = row.exec(line) ?? [];
    return file === undefined || title === undefined ? [] : [{ file, title: unescaped(title) }];
  });
  expect(named.length).toBe(page.split("\n").filter((line) => /^\| .+\.ts\) \|/.test(line)).length);
  expect(named.length).toBeGreaterThan(100);
  const sources = new Map<string, string>();
  for (const { file } of named) if (!sources.has(file)) sources.set(file, await readFile(join(root, file), "utf8"));
  expect(named.filter(({ file, title }) => sources.get(file)?.includes(title) !== true)).toEqual([]);
});
