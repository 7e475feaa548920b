import { ai } from "../../../contracts/ai.ts";
import { GenerateImageOutput, type GenerateImageInput } from "../../../contracts/ai/generate-image.ts";
import { sizeOfInput } from "../request-size.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";
import { typedAnswer } from "./typed-answer.ts";

const stored = GenerateImageOutput.omit({ nexus: true, usage: true });

/** `ai.generateImage` for the call path. */
export const generateImageRequest = (input: GenerateImageInput) => {
  refuseUnpricedOptions(input);
  const { prompt, n = 1, size, quality } = input;
  return typedAnswer(
    {
      operation: ai.generateImage,
      input,
      needs: { tools: false, images: false, json: false },
      size: {
        ...sizeOfInput(Buffer.byteLength(prompt)),
        choices: n,
        made: { kind: "image", size, quality, previews: 0 },
      },
    },
    { ask: (vendor, io) => vendor.generateImage?.(input, io), stored },
  );
};
