import { z } from "zod";
import { ai } from "../../../contracts/ai.ts";
import { GenerateTextOutput, type GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import { StreamPart } from "../../../contracts/ai/stream-text.ts";
import type { VendorStreamPart } from "../../../contracts/ai-vendor.ts";
import type { StreamRequest } from "../../family.ts";
import { aiStream, type AiRequest } from "../ai-request.ts";
import { cannot } from "../cannot.ts";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";
import { measureText } from "./measure-text.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";

const { finishReason, warnings } = GenerateTextOutput.shape;

const start = z.object({ type: z.literal("stream-start"), warnings });
const finish = z.object({ type: z.literal("finish"), finishReason });

/** Parts of a kept stream; start and finish are kept without the facts, which are stored beside them. */
const decodePart = (bytes: Uint8Array): VendorStreamPart => {
  const value = fromJsonBytes(bytes);
  const bare = z.union([start, finish]).safeParse(value);
  if (bare.success) return bare.data;
  const part = StreamPart.parse(value);
  if (part.type === "finish" || part.type === "error")
    throw new Error(`a vendor's stream holds no ${part.type} of ours`);
  return part;
};

/** `ai.streamText` for the call path. */
export const streamTextRequest = (input: GenerateTextInput): AiRequest & StreamRequest<VendorStreamPart> => {
  refuseUnpricedOptions(input);
  return aiStream(
    {
      operation: ai.streamText,
      requestedModel: input.model,
      dialect: "typed",
      ...measureText(input),
      input,
    },
    {
      open: (vendor, io) => {
        if (vendor.streamText === undefined) throw cannot(ai.streamText.id);
        return vendor.streamText(input, io);
      },
      encodeChunk: toJsonBytes,
      decodeChunk: decodePart,
    },
  );
};
