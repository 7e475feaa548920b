import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { RerankInput, RerankOutput } from "../../../contracts/ai/rerank.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import type { ErrorRules } from "../../_wire/error-rules.ts";
import { arrayAt } from "../../_wire/json.ts";
import { meteredOf } from "../../_wire/reader.ts";
import { openTap } from "../../_wire/tap.ts";
import { rankedIn, rerankReader, type RankingUnit } from "./rerank-reader.ts";

type Ranking = RerankOutput["ranking"];

interface RerankVendor {
  /** Below the base URL. */
  readonly path: string;
  readonly headers: (io: ProviderIo) => Readonly<Record<string, string>>;
  readonly errors: ErrorRules;
  readonly meteredIn: (model: string) => RankingUnit;
  /** Where documents are cut unless the caller says otherwise: what was held for is also sent. Absent where it cannot be said. */
  readonly tokensPerDocument?: number;
}

/** Every document at most once, the best first; undefined where the answer is none to this request. */
const rankingIn = (document: unknown, { documents, topN }: RerankInput): Ranking | undefined => {
  const results = arrayAt(document, "results");
  const ranking: Ranking = results.flatMap((result) => rankedIn(result) ?? []);
  const places = new Set(ranking.map(({ index }) => index));
  const most = Math.min(topN ?? documents.length, documents.length);
  const answers =
    ranking.length > 0 &&
    ranking.length === results.length &&
    ranking.length <= most &&
    places.size === ranking.length &&
    ranking.every(({ index }) => index < documents.length);
  return answers ? ranking.toSorted((a, b) => b.relevanceScore - a.relevanceScore) : undefined;
};

/** `rerank` over the wire that Cohere began with, and that vLLM, Jina and others speak. */
export const rerankWith =
  ({ path, headers, errors, meteredIn, tokensPerDocument }: RerankVendor): NonNullable<AiVendor["rerank"]> =>
  async (input, io) => {
    const { query, documents, topN, maxTokensPerDocument } = input;
    const tap = openTap(
      { reader: () => rerankReader(meteredIn(io.model)), errors, enforceLimits: (body) => body, usageName: "meta" },
      io,
    );
    const cut = tokensPerDocument === undefined ? undefined : (maxTokensPerDocument ?? tokensPerDocument);
    const { document } = await tap.answer({
      method: "POST",
      path,
      headers: { ...headers(io), "content-type": "application/json" },
      body: JSON.stringify({ model: io.model, query, documents, top_n: topN, max_tokens_per_doc: cut }),
    });
    const ranking = rankingIn(document, input);
    const metered = meteredOf(tap.reading());
    if (ranking === undefined) throw nothingUsable().with(metered);
    const isLeftOut = tokensPerDocument === undefined && maxTokensPerDocument !== undefined;
    return {
      ...metered,
      result: {
        ranking,
        warnings: isLeftOut
          ? [{ type: "unsupported", setting: "maxTokensPerDocument", details: "this server cuts documents nowhere" }]
          : [],
      },
    };
  };
