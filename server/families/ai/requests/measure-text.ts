import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import type { Message } from "../../../contracts/ai/message.ts";
import { mediumKindOf } from "../../../contracts/media-kind.ts";
import type { Medium } from "../../../contracts/media.ts";
import type { RequestNeeds, RequestSize } from "../request-size.ts";
import { filesOf, type PlacedFile } from "./files-of.ts";

/** Inline media are measured as what they are, and are no text. A text file is text. */
const mediumOf = ([{ mediaType, data, fileId }, at]: PlacedFile): Medium | undefined => {
  if (fileId !== undefined) return { kind: "document", field: `${at}.fileId`, data: undefined, fileId };
  const kind = mediumKindOf(mediaType, data);
  const field = `${at}.${data === undefined ? "url" : "data"}`;
  if (kind !== undefined) return { kind, field, data };
  return data === undefined ? { kind: "other", field, data: undefined } : undefined;
};

const mediaOf = (messages: readonly Message[]): readonly Medium[] =>
  filesOf(messages).flatMap((file) => mediumOf(file) ?? []);

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
    },
  };
};
