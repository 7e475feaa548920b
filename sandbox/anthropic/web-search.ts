import { billedSearches, makeSearches, readTokens } from "../search-web.ts";
import type { FoundPage, MadeSearch } from "../search-web.ts";
import { finiteNumberOf, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { isSealed, seal } from "../seal.ts";

const scope = "anthropic web search";

/** What a later turn brings back of a result, and the vendor alone can read. */
export const isOwnResult = (encrypted: string): boolean => isSealed(encrypted, scope, "");

const toolOf = (body: JsonObject): JsonObject | undefined =>
  listOf(body["tools"])
    .map(objectOf)
    .find((tool) => stringOf(tool["type"]).startsWith("web_search_"));

/** https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool#max-uses */
export function searchesOfMessage(body: JsonObject, text: string): readonly MadeSearch[] {
  const tool = toolOf(body);
  if (tool === undefined || objectOf(body["tool_choice"])["type"] === "none") return [];
  return makeSearches({
    text,
    // The loop ends with its tenth pass.
    most: Math.min(finiteNumberOf(tool["max_uses"]) ?? 9, 9),
    domain: listOf(tool["allowed_domains"]).map(stringOf)[0],
    beyond: "max_uses_exceeded",
  });
}

/** Tokens and searches that the usage tells: what is read again comes from the cache, what was found is written to it. */
export function searchCounts(prompt: number, searches: readonly MadeSearch[]) {
  const { found, again } = readTokens(prompt, searches);
  return { searches: billedSearches(searches), found, again };
}

const resultOf = ({ url, title }: FoundPage, digest: string): JsonObject => ({
  type: "web_search_result",
  url,
  title,
  encrypted_content: seal(scope, "", `${digest} ${url}`),
  page_age: null,
});

/** The call of a search and its result. */
export const madeSearchBlocks = (searches: readonly MadeSearch[], digest: string): readonly JsonObject[] =>
  searches.flatMap(({ query, pages, error }, at) => {
    const id = `srvtoolu_${digest.slice(0, 22)}${at}`;
    return [
      { type: "server_tool_use", id, name: "web_search", input: { query } },
      {
        type: "web_search_tool_result",
        tool_use_id: id,
        content:
          error === undefined
            ? pages.map((page) => resultOf(page, digest))
            : { type: "web_search_tool_result_error", error_code: error },
      },
    ];
  });

/** What the words of the answer rest on; null where nothing was found. */
export function citationsOfSearches(searches: readonly MadeSearch[], digest: string): readonly JsonObject[] | null {
  const pages = searches.flatMap((search) => search.pages);
  if (pages.length === 0) return null;
  return pages.map(({ url, title, text }) => ({
    type: "web_search_result_location",
    url,
    title,
    encrypted_index: seal(scope, "", `${digest} index ${url}`),
    cited_text: text.slice(0, 150),
  }));
}
