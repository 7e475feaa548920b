import { makeSearches, readTokens } from "../search-web.ts";
import type { MadeSearch } from "../search-web.ts";
import { isObject, listOf, objectOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";

/** https://ai.google.dev/gemini-api/docs/google-search: the model searches as often as it likes. */
export const searchesOfPrompt = (body: JsonObject, text: string): readonly MadeSearch[] =>
  listOf(body["tools"])
    .map(objectOf)
    .some((tool) => isObject(tool["googleSearch"]))
    ? makeSearches({ text, most: 99, domain: undefined })
    : [];

/** Tokens of what was found, which are told apart from the prompt. */
export const foundTokens = (searches: readonly MadeSearch[]): number => readTokens(0, searches).found;

/** What the answer is grounded in. */
export function groundingOf(searches: readonly MadeSearch[], text: string): JsonObject {
  const found = searches.flatMap(({ pages }) => pages);
  if (found.length === 0) return {};
  return {
    groundingMetadata: {
      webSearchQueries: searches.map(({ query }) => query),
      searchEntryPoint: { renderedContent: "<div>Search suggestions</div>" },
      groundingChunks: found.map(({ url: uri, title }) => ({ web: { uri, title } })),
      groundingSupports: [
        { segment: { startIndex: 0, endIndex: Buffer.byteLength(text), text }, groundingChunkIndices: [0] },
      ],
    },
  };
}
