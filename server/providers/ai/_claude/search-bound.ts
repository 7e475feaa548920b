import type { SearchBound } from "../../../contracts/vendor-bounds.ts";

/**
 * How often the model is run within one request at most: at the tenth the answer pauses.
 * https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons#pause-turn
 */
const passesMax = 10;

/** https://platform.claude.com/docs/en/about-claude/models/overview: up to 4.5 the million is for those who ask for it by a beta. */
const smallWindow = /^claude-(opus|sonnet|haiku)-4(-[015])?(-\d{8})?$/;

/**
 * Each search is billed once, however much it finds; one that fails is not. What it finds is input of every pass that
 * follows, for which no figure is documented short of the window. Calls beyond `max_uses` are answered with an error, which
 * the model reads, too. https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool#usage-and-pricing
 */
export const anthropicSearchBound = (model: string, searches: number): SearchBound => ({
  billed: searches,
  passes: passesMax,
  inputTokens: smallWindow.test(model) ? 200_000 : 1_000_000,
  writesCache: true,
});

const largeWindow = /^context-1m(-|$)/;

/** Betas of a request that searches: the window that is reserved for is the model's usual one. */
export const withoutLargeWindow = (betas: string): string =>
  betas
    .split(",")
    .filter((beta) => !largeWindow.test(beta.trim()))
    .join(",");
