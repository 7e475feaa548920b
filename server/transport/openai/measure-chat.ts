import type { RequestNeeds, RequestSize } from "../../gateway/metered-request.ts";
import { documentPages } from "../dialect/document-pages.ts";
import { outputLimitAsked, type ChatRequest } from "./chat-request.ts";

/** Characters of a part's inline image: metered as an image, not as text. */
const inlineImageChars = (part: Record<string, unknown>): number => {
  const image = part["image_url"];
  if (typeof image !== "object" || image === null || !("url" in image) || typeof image.url !== "string") return 0;
  return image.url.startsWith("data:image/") ? image.url.length : 0;
};

/** Length of a part's inline file, or undefined where it lies elsewhere. */
const fileChars = ({ file }: Record<string, unknown>): number | undefined =>
  typeof file === "object" && file !== null && "file_data" in file && typeof file.file_data === "string"
    ? file.file_data.length
    : undefined;

const marksCache = (value: object): boolean => "cache_control" in value;

/**
 * How large a chat can get. JSON never takes fewer bytes than the text in it, so the body's own size bounds the text;
 * inline images are taken out, other inline files stay in as if they were text, and count as pictures of their pages.
 */
export const measureChat = (
  request: ChatRequest,
  byteLength: number,
): { readonly size: RequestSize; readonly needs: RequestNeeds } => {
  let images = 0;
  let imageChars = 0;
  let writesCache = request.tools?.some(marksCache) ?? false;
  for (const message of request.messages) {
    if (marksCache(message)) writesCache = true;
    if (!Array.isArray(message.content)) continue;
    for (const part of message.content) {
      if (marksCache(part)) writesCache = true;
      if (part.type === "image_url") {
        images += 1;
        imageChars += inlineImageChars(part);
      } else if (part.type === "file") {
        images += documentPages(fileChars(part));
      }
    }
  }
  const format = request.response_format?.type;
  return {
    size: {
      textBytes: Math.max(byteLength - imageChars, 0),
      images,
      maxOutputTokens: outputLimitAsked(request),
      choices: request.n ?? 1,
      writesCache,
    },
    needs: {
      tools: (request.tools?.length ?? 0) > 0 || Array.isArray(request["functions"]),
      images: images > 0,
      json: format === "json_object" || format === "json_schema",
      embeddings: false,
    },
  };
};
