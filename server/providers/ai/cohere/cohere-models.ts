import type { ModelRules } from "../../../contracts/ai-vendor.ts";
import type { PriceCatalogue } from "../../../contracts/price-catalogue.ts";
import type { RankingUnit } from "../_rerank/rerank-reader.ts";

/** https://docs.cohere.com/docs/models */
export const cohereModels: ModelRules = {
  name: /^[a-z0-9.-]+$/,
  nameExpected: "a Cohere model id, such as command-a-03-2025",
  makes: /^(command|c4ai|rerank|embed)-/,
  home: ["cohere.rerank"],
  // docs.cohere.com/docs/deprecations
  retired: /^(command|command-light.*|command-nightly|command-r|command-r-plus|c4ai-aya-expanse-8b)$/,
  called: ["command-a-03-2025", "command-r7b-12-2024", "command-r-08-2024", "command-r-plus-08-2024"],
  skills: [
    [/^rerank-/, ["reranking"]],
    [/^embed-/, ["embeddings"]],
    // Names by which the catalogue sorts its own list; Cohere's have a date.
    [/^command-(a|r7b)$/, []],
    [/^/, ["text"]],
  ],
};

/** Up to version 4 by searches, from version 5 on by tokens: https://openrouter.ai/models/cohere/rerank-5-fast-20261028 */
export const rankingUnitOf = (model: string): RankingUnit =>
  /^rerank-(v[1-4]\b|english-|multilingual-)/.test(model) ? "search" : "input";

/** https://docs.cohere.com/reference/rerank, `max_tokens_per_doc`: what longer documents are cut to unless asked otherwise. */
export const tokensPerDocument = 4_096;

const bySearch = (model: string, web_searches_kcount: number, source: string) => ({
  model,
  prices: { web_searches_kcount },
  source,
});
const byToken = (model: string, input_mtok: number, source: string) => ({ model, prices: { input_mtok }, source });

// Cohere's own price page names the units of a ranking and no price any more; these are who resells or lists it.
const resold = "https://developer.puter.com/tutorials/cohere-api-pricing/";
const listed = "https://www.getmaxim.ai/bifrost/llm-cost-calculator/provider/cohere/model/";

/** Cohere in the catalogue, which has no prices of the models that rank. */
export const cohereCatalogue: PriceCatalogue = {
  id: "cohere",
  listed: [
    bySearch(
      "rerank-v3.5",
      2,
      "https://docs.memberjunction.org/api/classes/_memberjunction_search-engine.CohereReRanker.html",
    ),
    bySearch("rerank-v4.0-fast", 2, resold),
    bySearch("rerank-v4.0-pro", 2.5, resold),
    byToken("rerank-v5.0-fast", 0.02, `${listed}rerank-v5.0-fast.md`),
    byToken("rerank-v5.0-pro", 0.05, `${listed}rerank-v5.0-pro.md`),
  ],
};
