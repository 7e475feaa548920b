import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { errorTable, NexusError, type ErrorCode } from "../../server/errors.ts";
import { docsOf } from "../../server/transport/error-docs.ts";
import { documentation, documentationSections } from "../../app/docs/_engine/documentation.ts";
import { readPage } from "../../app/docs/_engine/read-page.ts";
import { llmsIndex, llmsWhole } from "../../app/docs/_engine/index-for-assistants.ts";
import { pageMarkdown } from "../../app/docs/_engine/page-markdown.ts";
import { searchPages } from "../../app/docs/_engine/search-pages.ts";

const root = join(import.meta.dirname, "..", "..");

/** Written for whoever works on Nexus, and linked from the pages about that. */
const notServed = /^docs\/(?:generated\/(?:edge|identity)-coverage|services\/)/;

it("serves every Markdown file of docs, each once and under an address of its own", () => {
  const pages = documentation().getPages();
  const files = globSync("docs/**/*.md", { cwd: root }).filter((file) => !notServed.test(file));
  expect(files.filter((file) => !pages.some(({ data }) => data.file === file))).toEqual([]);
  expect(new Set(pages.map(({ url }) => url)).size).toBe(pages.length);
  expect(pages.filter(({ data }) => data.heading === "")).toEqual([]);
});

const isCode = (name: string): name is ErrorCode => Object.hasOwn(errorTable, name);

it("has the place that the docs of every error point to", () => {
  const page = documentation().getPageByUrl("/docs/errors");
  const text = page === undefined ? "" : readPage(page.data.file);
  for (const code of Object.keys(errorTable).filter(isCode)) {
    const { pathname, hash } = new URL(docsOf(new NexusError(code).code));
    expect(pathname).toBe("/docs/errors");
    expect(text).toContain(`<a id="${hash.slice(1)}"></a>`);
  }
});

it("lists every page for assistants, gives them whole pages only, and says which did not fit", () => {
  const pages = documentationSections().flatMap((section) => section.pages);
  const index = llmsIndex();
  const whole = llmsWhole();
  expect(pages.filter(({ data }) => !index.includes(`[${data.heading}](`))).toEqual([]);
  expect(whole.length).toBeLessThan(450_000);
  expect(
    pages.filter((page) => !whole.includes(pageMarkdown(page)) && !whole.includes(`[${page.data.heading}](`)),
  ).toEqual([]);
});

it("finds pages by what they say, marks it, and looks for no more than a bounded query", async () => {
  const [first] = await searchPages("revocation feed silent");
  expect(first).toBeDefined();
  const places = await searchPages("IDEMPOTENCY_MISMATCH");
  expect(places.map(({ url }) => url).join(" ")).toContain("/docs/errors");
  expect(places.some(({ content }) => content.includes("<mark>"))).toBe(true);
  expect(places.length).toBeLessThanOrEqual(24);
  expect(await searchPages("   ")).toEqual([]);
  await expect(searchPages("budget ".repeat(10_000))).resolves.toBeInstanceOf(Array);
});
