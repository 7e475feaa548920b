import GithubSlugger from "github-slugger";
import { z } from "zod";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { DocumentationPlace } from "./documentation.ts";
import { objectSchemaOf, type McpTool } from "./mcp-tool.ts";

const SearchDocsInput = z.strictObject({
  query: z.string().trim().min(1).max(100).describe("Words, an error code, the name of a field or setting"),
});

const SearchDocsOutput = z.object({ places: z.array(DocumentationPlace).describe("The best first, at most 24") });

const ReadDocsPageInput = z.strictObject({
  address: z
    .string()
    .max(300)
    .regex(
      /^(?:https?:\/\/[^/\s]+)?\/docs(?:\/[a-z0-9][a-z0-9./-]*)?(?:#[^\s#]*)?$/,
      "an address of search_docs, such as /docs/quick-start",
    )
    .describe("Of search_docs or of a link in a page, such as /docs/quick-start or /docs/errors#budget-exceeded"),
  offset: z.int().min(0).max(10_000_000).default(0).describe("`nextOffset` of the answer before"),
});

const ReadDocsPageOutput = z.object({
  markdown: z.string().describe("From the anchor or offset on"),
  nextOffset: z.int().nullable().describe("Where the page goes on; null at its end"),
});

const mostCharacters = 30_000;

/** Where a heading with this anchor begins; 0 where there is none. */
const placeOf = (markdown: string, anchor: string): number => {
  const slugger = new GithubSlugger();
  for (const { 1: title = "", index } of markdown.matchAll(/^#{1,6}[ \t]+(.+)$/gm))
    if (slugger.slug(title.replaceAll(/[`*]/g, "")) === anchor) return index;
  return Math.max(markdown.indexOf(`<a id="${anchor}">`), 0);
};

const searchDocs: McpTool = {
  name: "search_docs",
  title: "Search the documentation",
  description:
    "Search the documentation of Topolo Nexus: guides, errors, settings, operations, API reference. read_docs_page reads what it finds.",
  inputSchema: objectSchemaOf(SearchDocsInput, "input"),
  outputSchema: objectSchemaOf(SearchDocsOutput, "output"),
  permissions: [],
  shorter: { field: "query", expected: "more, or rarer, words" },
  run: async (input, { deps, ctx }) => {
    const { query } = parseInput(SearchDocsInput, input);
    return SearchDocsOutput.parse({ places: await deps.documentation.search(query, ctx.signal) });
  },
};

const readDocsPage: McpTool = {
  name: "read_docs_page",
  title: "Read a page of the documentation",
  description: "Read a page of the documentation as Markdown, or its part behind a heading.",
  inputSchema: objectSchemaOf(ReadDocsPageInput, "input"),
  outputSchema: objectSchemaOf(ReadDocsPageOutput, "output"),
  permissions: [],
  shorter: { field: "offset", expected: "a later place" },
  run: async (input, { deps, ctx }) => {
    const { address, offset } = parseInput(ReadDocsPageInput, input);
    const [whole = "", anchor] = address.split("#");
    const page = whole.replace(/^https?:\/\/[^/]+/, "").replace(/(?:\/index)?\.md$/, "");
    const markdown = await deps.documentation.page(page, ctx.signal);
    if (markdown === undefined)
      throw new NexusError("NOT_FOUND", {
        message: `The documentation has no page ${page}.`,
        issues: [{ field: "address", expected: "an address that search_docs named" }],
      });
    const from = offset > 0 || anchor === undefined ? offset : placeOf(markdown, anchor);
    const to = from + mostCharacters;
    return { markdown: markdown.slice(from, to), nextOffset: to < markdown.length ? to : null };
  },
};

/** Tools about the documentation, which every caller may read. */
export const docsTools: readonly McpTool[] = [searchDocs, readDocsPage];
