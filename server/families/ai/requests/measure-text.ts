import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import { searchesOf } from "../../../contracts/ai/web-search.ts";
import { filmViewOf, VideoMetadata, type FilmView } from "../../../contracts/film-view.ts";
import { mediumKindOf } from "../../../contracts/media-kind.ts";
import type { Medium } from "../../../contracts/media.ts";
import { NexusError } from "../../../errors.ts";
import type { RequestNeeds, RequestSize } from "../request-size.ts";
import { filesOf, type PlacedFile } from "./files-of.ts";

/** How Google's options have a film looked at: a part's say when and how often, the request's how closely. */
const viewOf = ({ providerOptions }: PlacedFile[0], at: string, resolution: unknown): FilmView | undefined => {
  const told = VideoMetadata.safeParse(providerOptions?.["google"]?.["videoMetadata"] ?? {});
  if (told.success) return filmViewOf(told.data, resolution);
  throw new NexusError("INVALID_INPUT", {
    issues: told.error.issues.map(({ path, message }) => ({
      field: [`${at}.providerOptions.google.videoMetadata`, ...path].join("."),
      expected: message,
    })),
  });
};

/** Inline media are measured as what they are, and are no text. A text file is text. */
const mediumOf = ([part, at]: PlacedFile, resolution: unknown): Medium | undefined => {
  const { mediaType, data, fileId } = part;
  const view = viewOf(part, at, resolution);
  if (fileId !== undefined)
    return {
      kind: "document",
      field: `${at}.fileId`,
      data: undefined,
      fileId,
      view,
    };
  const kind = mediumKindOf(mediaType, data);
  const field = `${at}.${data === undefined ? "url" : "data"}`;
  if (kind !== undefined) return { kind, field, data, view };
  return data === undefined ? { kind: "other", field, data: undefined } : undefined;
};

const mediaOf = ({ messages = [], providerOptions }: GenerateTextInput): readonly Medium[] =>
  filesOf(messages).flatMap((file) => mediumOf(file, providerOptions?.["google"]?.["mediaResolution"]) ?? []);

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
  const media = mediaOf(input);
  const json = JSON.stringify(input);
  const searches = searchesOf(input.webSearch);
  return {
    size: {
      textBytes: Math.max(Buffer.byteLength(json) - charsOf(media), 0),
      media,
      toolTypes: (input.tools ?? []).map(() => "function"),
      maxOutputTokens: input.maxOutputTokens,
      choices: 1,
      writesCache: cacheMark.test(json),
      ...(searches === undefined ? {} : { searches }),
    },
    needs: {
      tools: (input.tools?.length ?? 0) > 0,
      images: media.some(({ kind }) => kind === "image"),
      json: input.responseFormat?.type === "json",
      search: searches !== undefined,
    },
  };
};
