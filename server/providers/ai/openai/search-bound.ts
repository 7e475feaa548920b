import type { SearchBound } from "../../../contracts/vendor-bounds.ts";

/** https://platform.openai.com/docs/guides/tools-web-search#limitations; the others have no Responses, or search by themselves. */
export const searchesOverResponses =
  /^(?!.*(-nano|-search-|-deep-research|-audio|-realtime|-transcribe|-tts|-image|-instruct|-chat-latest))(gpt-(4o|4\.1|[5-9])|o[34](-mini|-pro)?(-\d|$))/;

/** https://platform.openai.com/docs/guides/tools-web-search#limitations: whatever the model's own window is. */
const windowTokens = 128_000;

/** https://platform.openai.com/docs/pricing#built-in-tools: what such a model reads of the web is billed as so many tokens a call. */
const blockTokens = 8_000;
const readsBlocks = /^gpt-(4o|4\.1)-mini/;

/** Input that a search is billed as where its vendor does not count what was read. */
export const searchBlockTokens = (model: string): number => (readsBlocks.test(model) ? blockTokens : 0);

/**
 * `max_tool_calls` bounds searches and the opening of pages together, of which searches alone have a fee. After each the
 * model reads on, and once more where it tries for what is ignored.
 * https://platform.openai.com/docs/api-reference/responses/create#responses-create-max_tool_calls
 */
export const openAiSearchBound = (model: string, searches: number): SearchBound => ({
  billed: searches,
  passes: searches + 2,
  inputTokens: windowTokens,
  addedTokens: searches * searchBlockTokens(model),
});

/** https://platform.openai.com/docs/pricing#built-in-tools: 10 dollars for a thousand calls. */
export const openAiSearchPrice = (model: string): number | undefined =>
  searchesOverResponses.test(model) ? 10 : undefined;
