import { ai } from "../../../contracts/ai.ts";
import { ModerateOutput, type ModerateInput } from "../../../contracts/ai/moderate.ts";
import type { Medium } from "../../../contracts/media.ts";
import { sizeOfInput } from "../request-size.ts";
import { typedAnswer } from "./typed-answer.ts";

const stored = ModerateOutput.omit({ nexus: true, usage: true });

/** `ai.moderate` for the call path. */
export const moderateRequest = (input: ModerateInput) => {
  const parts = typeof input.content === "string" ? [{ type: "text" as const, text: input.content }] : input.content;
  const media = parts.flatMap((part, index): Medium[] => {
    if (part.type === "text") return [];
    const field = `content.${index}.${part.data === undefined ? "url" : "data"}`;
    return [{ kind: "image", field, data: part.data }];
  });
  const textBytes = parts.reduce((sum, part) => sum + (part.type === "text" ? Buffer.byteLength(part.text) : 0), 0);
  return typedAnswer(
    {
      operation: ai.moderate,
      input,
      needs: { tools: false, images: media.length > 0, json: false },
      size: sizeOfInput(textBytes, media),
    },
    { ask: (vendor, io) => vendor.moderate?.(input, io), stored },
  );
};
