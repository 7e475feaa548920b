import { ai } from "../../../contracts/ai.ts";
import { RerankOutput, type RerankInput } from "../../../contracts/ai/rerank.ts";
import { sizeOfInput, type RequestSize } from "../request-size.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";
import { typedAnswer } from "./typed-answer.ts";

/** Tokens that a model puts around a query and a document that it reads together. */
const pairFrame = 64;

const stored = RerankOutput.omit({ nexus: true, usage: true });

/** How large a request to rank documents is: the query is read again with each of them. */
export const measureRanking = ({
  query,
  documents,
  maxTokensPerDocument,
}: Pick<RerankInput, "query" | "documents" | "maxTokensPerDocument">): RequestSize => {
  const queryBytes = Buffer.byteLength(query);
  const documentBytes = documents.map((document) => Buffer.byteLength(document));
  const textBytes = documentBytes.reduce((sum, bytes) => sum + bytes + queryBytes + pairFrame, 0);
  return {
    ...sizeOfInput(textBytes),
    made: { kind: "ranking", queryBytes, documentBytes, tokensPerDocument: maxTokensPerDocument },
  };
};

/** `ai.rerank` for the call path. */
export const rerankRequest = (input: RerankInput) => {
  refuseUnpricedOptions(input);
  return typedAnswer(
    {
      operation: ai.rerank,
      input,
      needs: { tools: false, images: false, json: false },
      size: measureRanking(input),
    },
    { ask: (vendor, io) => vendor.rerank?.(input, io), stored },
  );
};
