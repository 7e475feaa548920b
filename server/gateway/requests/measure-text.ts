import type { GenerateTextInput, Message } from "../../contracts/ai.ts";
import { NexusError } from "../../errors.ts";
import type { RequestNeeds, RequestSize } from "../metered-request.ts";

interface Images {
  readonly count: number;
  /** Base64 characters: metered as images, not as text. */
  readonly inlineChars: number;
}

const imagesOf = (messages: readonly Message[]): Images => {
  let count = 0;
  let inlineChars = 0;
  for (const [at, { content }] of messages.entries()) {
    if (typeof content === "string") continue;
    for (const [index, part] of content.entries()) {
      if (part.type !== "file") continue;
      if (part.mediaType.startsWith("image/")) {
        count += 1;
        inlineChars += part.data?.length ?? 0;
      } else if (part.data === undefined) {
        throw new NexusError("INVALID_INPUT", {
          message: "Only images can be named by URL: how large another file is cannot be known beforehand.",
          issues: [{ field: `messages.${at}.content.${index}.url`, expected: "an image, or the file itself as data" }],
        });
      }
    }
  }
  return { count, inlineChars };
};

/** A key, not text that mentions one: inside strings the quotes are escaped. */
const cacheMark = /"cache_?[cC]ontrol":/;

/**
 * How large a generation can get. JSON never takes fewer bytes than the text in it, so the input's own size bounds the
 * text; inline images are taken out, other inline files stay in as if they were text.
 */
export const measureText = (input: GenerateTextInput): { readonly size: RequestSize; readonly needs: RequestNeeds } => {
  const images = imagesOf(input.messages ?? []);
  const json = JSON.stringify(input);
  return {
    size: {
      textBytes: Math.max(Buffer.byteLength(json) - images.inlineChars, 0),
      images: images.count,
      maxOutputTokens: input.maxOutputTokens,
      choices: 1,
      writesCache: cacheMark.test(json),
    },
    needs: {
      tools: (input.tools?.length ?? 0) > 0,
      images: images.count > 0,
      json: input.responseFormat?.type === "json",
      embeddings: false,
    },
  };
};
