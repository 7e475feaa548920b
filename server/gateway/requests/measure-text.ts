import type { GenerateTextInput, Message } from "../../contracts/ai.ts";
import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { Medium } from "../../contracts/media.ts";
import type { RequestNeeds, RequestSize } from "../metered-request.ts";

/** Inline media are measured as what they are, and are no text. A text file is text. */
const mediaOf = (messages: readonly Message[]): readonly Medium[] => {
  const media: Medium[] = [];
  for (const [at, { content }] of messages.entries()) {
    if (typeof content === "string") continue;
    for (const [index, part] of content.entries()) {
      if (part.type !== "file") continue;
      const kind = mediumKindOf(part.mediaType);
      const field = `messages.${at}.content.${index}.${part.data === undefined ? "url" : "data"}`;
      if (kind !== undefined) media.push({ kind, field, data: part.data });
      else if (part.data === undefined) media.push({ kind: "other", field, data: undefined });
    }
  }
  return media;
};

/** A key, not text that mentions one: inside strings the quotes are escaped. */
const cacheMark = /"cache_?[cC]ontrol":/;

const charsOf = (media: readonly Medium[]): number => {
  let chars = 0;
  for (const { data } of media) chars += data?.length ?? 0;
  return chars;
};

/**
 * How large a generation can get. JSON never takes fewer bytes than the text in it, so the input's own size bounds the
 * text, without the inline media in it.
 */
export const measureText = (input: GenerateTextInput): { readonly size: RequestSize; readonly needs: RequestNeeds } => {
  const media = mediaOf(input.messages ?? []);
  const json = JSON.stringify(input);
  return {
    size: {
      textBytes: Math.max(Buffer.byteLength(json) - charsOf(media), 0),
      media,
      toolTypes: (input.tools ?? []).map(() => "function"),
      maxOutputTokens: input.maxOutputTokens,
      choices: 1,
      writesCache: cacheMark.test(json),
    },
    needs: {
      tools: (input.tools?.length ?? 0) > 0,
      images: media.some(({ kind }) => kind === "image"),
      json: input.responseFormat?.type === "json",
      embeddings: false,
    },
  };
};
