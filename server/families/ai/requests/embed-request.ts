import { ai } from "../../../contracts/ai.ts";
import { EmbedOutput, type EmbedInput } from "../../../contracts/ai/embed.ts";
import { sizeOfInput } from "../request-size.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";
import { typedAnswer } from "./typed-answer.ts";

/** Tokens by which vendors mark where a text begins and ends. */
const valueFrame = 4;

const stored = EmbedOutput.omit({ nexus: true, usage: true });

/** `ai.embed` for the call path. */
export const embedRequest = (input: EmbedInput) => {
  refuseUnpricedOptions(input);
  const textBytes = input.values.reduce((total, value) => total + Buffer.byteLength(value) + valueFrame, 0);
  return typedAnswer(
    {
      operation: ai.embed,
      input,
      needs: { tools: false, images: false, json: false },
      size: sizeOfInput(textBytes),
    },
    { ask: (vendor, io) => vendor.embed?.(input, io), stored },
  );
};
