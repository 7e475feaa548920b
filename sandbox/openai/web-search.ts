import { billedSearches, makeSearches, readTokens } from "../search-web.ts";
import type { MadeSearch } from "../search-web.ts";
import { finiteNumberOf, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";

const isSearch = (tool: JsonObject): boolean => /^web_search(_2025_08_26)?$/.test(stringOf(tool["type"]));

/** The search among the tools of a request. */
export const searchToolOf = (body: JsonObject): JsonObject | undefined =>
  listOf(body["tools"]).map(objectOf).find(isSearch);

/** https://platform.openai.com/docs/api-reference/responses/create#responses-create-max_tool_calls: what goes beyond is ignored. */
export function searchesOfResponse(body: JsonObject, text: string): readonly MadeSearch[] {
  const tool = searchToolOf(body);
  if (tool === undefined || body["tool_choice"] === "none") return [];
  return makeSearches({
    text,
    most: finiteNumberOf(body["max_tool_calls"]) ?? 99,
    domain: listOf(objectOf(tool["filters"])["allowed_domains"]).map(stringOf)[0],
  });
}

/** https://platform.openai.com/docs/pricing#built-in-tools: these models' reading is billed by the call. */
const readsBlocks = /^gpt-(4o|4\.1)-mini/;

/** Input tokens that the usage tells beside the prompt, and those that are billed though it does not. */
export function searchInput(model: string, prompt: number, searches: readonly MadeSearch[]) {
  const { found, again } = readTokens(prompt, searches);
  const billed = billedSearches(searches);
  return readsBlocks.test(model)
    ? { told: 0, untold: billed * 8_000, billed }
    : { told: found + again, untold: 0, billed };
}

/** The calls, as output items tell them; the pages are told to those who ask. */
export const searchItems = (
  searches: readonly MadeSearch[],
  idOf: (index: number) => string,
  include: readonly unknown[],
): readonly JsonObject[] =>
  searches.map(({ query, pages, error }, index) => ({
    id: idOf(index),
    type: "web_search_call",
    status: error === undefined ? "completed" : "failed",
    action: {
      type: "search",
      query,
      queries: [query],
      ...(include.includes("web_search_call.action.sources")
        ? { sources: pages.map(({ url }) => ({ type: "url", url })) }
        : {}),
    },
  }));

/** What the words of the answer rest on. */
export const annotationsOf = (text: string, searches: readonly MadeSearch[]): readonly JsonObject[] =>
  searches
    .flatMap(({ pages }) => pages)
    .map(({ url, title }) => ({ type: "url_citation", url, title, start_index: 0, end_index: text.length }));
