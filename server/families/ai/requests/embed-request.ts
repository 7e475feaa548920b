import { z } from "zod";
import { ai, EmbedOutput, type EmbedInput } from "../../../contracts/ai.ts";
import { ProviderError } from "../../../contracts/vendor-call.ts";
import type { AnswerRequest } from "../../family.ts";
import { aiAnswer, type AiRequest } from "../ai-request.ts";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";

const { embeddings } = EmbedOutput.shape;
const vectors = z.object({ embeddings });
type Vectors = z.infer<typeof vectors>;

const noEmbeddings = (): ProviderError =>
  new ProviderError({
    kind: "not_sent",
    code: "CAPABILITY_MISSING",
    about: "route",
    status: undefined,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: "The vendor makes no embeddings.",
  });

/** Tokens by which vendors mark where a text begins and ends. */
const valueFrame = 4;

/** `ai.embed` for the call path. */
export const embedRequest = (input: EmbedInput): AiRequest & AnswerRequest<Vectors> => {
  refuseUnpricedOptions(input);
  return aiAnswer(
    {
      operation: ai.embed,
      requestedModel: input.model,
      dialect: "typed",
      needs: { tools: false, images: false, json: false, embeddings: true },
      size: {
        textBytes: input.values.reduce((total, value) => total + Buffer.byteLength(value) + valueFrame, 0),
        media: [],
        toolTypes: [],
        maxOutputTokens: 0,
        choices: 1,
        writesCache: false,
      },
      input,
    },
    {
      run: async (vendor, io) => {
        if (!vendor.embed) throw noEmbeddings();
        return vendor.embed(input, io);
      },
      encode: toJsonBytes,
      decode: (bytes) => vectors.parse(fromJsonBytes(bytes)),
    },
  );
};
