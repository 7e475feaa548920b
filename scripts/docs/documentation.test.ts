import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { errorTable, NexusError, type ErrorCode } from "../../server/errors.ts";
import { docsOf } from "../../server/transport/error-docs.ts";
import { documentation, documentationSections } from "../../app/docs/_engine/documentation.ts";
import { markdownAddress } from "../../app/docs/_engine/markdown-address.ts";
import { readApiDocument, readPage } from "../../app/docs/_engine/read-page.ts";
import { llmsIndex, llmsWhole } from "../../app/docs/_engine/index-for-assistants.ts";
import { pageMarkdown } from "../../app/docs/_engine/page-markdown.ts";
import { searchPages } from "../../app/docs/_engine/search-pages.ts";

const origin = "https://nexus.example";

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
  const index = llmsIndex(origin);
  const whole = llmsWhole(origin);
  expect(pages.filter(({ data }) => !index.includes(`[${data.heading}](`))).toEqual([]);
  expect(whole.length).toBeLessThan(450_000);
  expect(
    pages.filter((page) => !whole.includes(pageMarkdown(page, origin)) && !whole.includes(`[${page.data.heading}](`)),
  ).toEqual([]);
});

it("writes links of a page as whole addresses of pages that are there, so that they lead there wherever they are pasted", () => {
  const pages = documentation().getPages();
  const known = new Set(pages.map((page) => origin + markdownAddress(page)));
  const lost = pages.flatMap((page) =>
    [
      ...pageMarkdown(page, origin)
        .replaceAll(/^```[\s\S]*?^```$|`[^`\n]*`/gm, "")
        .matchAll(/\]\(([^)\s]+)\)/g),
    ]
      .map(([, address = ""]) => address.replace(/#.*$/, ""))
      .filter(
        (address) =>
          !known.has(address) &&
          !address.startsWith(`${origin}/docs/images/`) &&
          !/^(?!https:\/\/nexus\.example)[a-z][a-z0-9+.-]*:/.test(address),
      )
      .map((address) => `${page.url}: ${address}`),
  );
  expect(lost).toEqual([]);
});

it("splits the reference where one page would be too long, and leaves no operation out", () => {
  const pages = documentation().getPages();
  for (const [name, folder] of [
    ["openapi", "api"],
    ["auth-openapi", "auth"],
  ] as const) {
    const texts = pages
      .filter(({ url }) => url.startsWith(`/docs/reference/${folder}/`))
      .map(({ data }) => readPage(data.file));
    const operations = Object.values(readApiDocument(name).paths).flatMap((item) => Object.values(item));
    for (const { operationId } of operations)
      expect(
        texts.filter((text) => text.includes(`\`${operationId}\`. `)),
        operationId,
      ).toHaveLength(1);
    // Beside the list of all pages, which is as long again, an address has at most 150 kB of HTML.
    for (const text of texts) expect(text.length, text.slice(0, 40)).toBeLessThan(10_000);
  }
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
