import type { Made, MadeBound } from "../../../contracts/made.ts";
import type { VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { compatibleBounds } from "../_openai-chat/compatible-bounds.ts";
import { rankingUnitOf, tokensPerDocument } from "./cohere-models.ts";

// cohere.com/pricing: "A single search unit is defined as one query with up to 100 documents to be ranked."
const piecesPerSearch = 100;
// Ibid.: a document of more than 500 tokens, the query's included, is cut into pieces that count as documents each.
const tokensPerPiece = 500;

/**
 * Search units of a ranking, at most. A byte is at most one token; a query that would fill a piece leaves room for one token
 * of the document in each.
 */
const searchesOf = ({ queryBytes, documentBytes, ...asked }: Extract<Made, { kind: "ranking" }>): number => {
  const room = Math.max(tokensPerPiece - queryBytes, 1);
  const cut = asked.tokensPerDocument ?? tokensPerDocument;
  let pieces = 0;
  for (const bytes of documentBytes) pieces += Math.max(Math.ceil(Math.min(bytes, cut) / room), 1);
  return Math.ceil(pieces / piecesPerSearch);
};

const made = (of: Made, model: string): MadeBound | undefined => {
  if (of.kind !== "ranking") return undefined;
  return rankingUnitOf(model) === "search"
    ? { units: { search: searchesOf(of) }, metersInput: "never" }
    : { units: {}, metersInput: "once" };
};

/** What Cohere's documentation says of the most a request can be metered at. */
export const cohereBounds: VendorBounds = {
  ...compatibleBounds,
  // docs.cohere.com/docs/image-inputs: images, of the models that see; text files go as documents, which are text.
  medium: (of, model) => (of.kind === "image" ? compatibleBounds.medium(of, model) : "refused"),
  // docs.cohere.com/reference/chat, `usage.cached_tokens`: what comes from the cache has no price of its own.
  cachesUnasked: false,
  // docs.cohere.com/docs/reasoning: thinking is output, and a plan before a tool's call is, too.
  hidesOutput: () => true,
  made,
};
