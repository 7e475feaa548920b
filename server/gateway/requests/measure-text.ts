import type { GenerateTextInput, Message } from "../../contracts/ai.ts";
import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { Medium } from "../../contracts/media.ts";
import type { RequestNeeds, RequestSize } from "../metered-request.ts";

type FilePart = Extract<Exclude<Extract<Message, { role: "user" }>["content"], string>[number], { type: "file" }>;

/** Inline media are measured as what they are, and are no text. A text file is text. */
const mediumOf = ({ mediaType, data }: FilePart, at: string): Medium | undefined => {
  const kind = mediumKindOf(mediaType);
  const field = `${at}.${data === undefined ? "url" : "data"}`;
  if (kind !== undefined) return { kind, field, data };
  return data === undefined ? { kind: "other", field, data: undefined } : undefined;
};

/** Files among a message's parts, and among the results of tools, with their places. */
const filesOf = ({ content }: Message, at: string): readonly (readonly [FilePart, string])[] => {
  if (typeof content === "string") return [];
  return content.flatMap((part, index): (readonly [FilePart, string])[] => {
    const place = `${at}.content.${index}`;
    if (part.type === "file") return [[part, place]];
    if (part.type !== "tool-result" || part.output.type !== "content") return [];
    return part.output.value.flatMap((inner, n) =>
      inner.type === "file" ? [[inner, `${place}.output.value.${n}`] as const] : [],
    );
  });
};

const mediaOf = (messages: readonly Message[]): readonly Medium[] => {
  const media: Medium[] = [];
  for (const [at, message] of messages.entries()) {
    for (const [part, place] of filesOf(message, `messages.${at}`)) {
      const medium = mediumOf(part, place);
      if (medium !== undefined) media.push(medium);
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
