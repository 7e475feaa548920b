import { ai, GenerateTextOutput, type GenerateTextInput } from "../../../contracts/ai.ts";
import type { GeneratedText } from "../../../contracts/ai-vendor.ts";
import type { AnswerRequest } from "../../family.ts";
import { aiAnswer, type AiRequest } from "../ai-request.ts";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";
import { measureText } from "./measure-text.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";

const generatedText = GenerateTextOutput.omit({ nexus: true, usage: true });

/**
 * `ai.generateText` for the call path. With a JSON response format the vendor is asked to keep to the schema; the text
 * is handed over as it came, and checking it is the caller's.
 */
export const generateTextRequest = (input: GenerateTextInput): AiRequest & AnswerRequest<GeneratedText> => {
  refuseUnpricedOptions(input);
  return aiAnswer(
    {
      operation: ai.generateText,
      requestedModel: input.model,
      dialect: "typed",
      ...measureText(input),
      input,
    },
    {
      run: (vendor, io) => vendor.generateText(input, io),
      encode: toJsonBytes,
      decode: (bytes) => generatedText.parse(fromJsonBytes(bytes)),
    },
  );
};
