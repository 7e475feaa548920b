import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findBrokenLinks } from "./find-broken-links.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "links-"));
  await mkdir(join(root, "docs"));
  await writeFile(join(root, "docs", "page.md"), '# The `big` page\n\n<a id="not-found"></a>\n');
});
afterEach(() => rm(root, { recursive: true }));

const check = async (text: string): Promise<readonly string[]> => {
  await writeFile(join(root, "README.md"), text);
  return findBrokenLinks(root);
};

test("what leads somewhere is fine", async () => {
  expect(
    await check(
      "[a](docs/page.md) [b](docs/page.md#the-big-page) [c](docs/page.md#not-found) [d](#here) [e](https://example.com/x) [f](docs/)\n\n# Here\n",
    ),
  ).toEqual([]);
});

test("files, images and anchors that are not there are named with the page", async () => {
  expect(await check("[a](docs/no.md)\n![b](docs/no.png)\n[c](docs/page.md#other)\n[d](#nowhere)\n")).toEqual(
    ["docs/no.md", "docs/no.png", "docs/page.md#other", "#nowhere"].map((target) => `README.md: ${target}`),
  );
});

test("code is not text", async () => {
  expect(await check("`[a](no.md)`\n\n```md\n[b](no.md)\n# not a heading\n```\n")).toEqual([]);
});
