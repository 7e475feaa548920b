import { objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { isBase64, sniff } from "../media/sniff.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { blocksOf, messagesOf } from "./content.ts";
import type { MessagesRule } from "./messages-rule.ts";

const imageLimit = 5 * 1_048_576;

/** Images and documents of the messages, also inside tool results, with their places in the vendor's words. */
function mediaOf(body: JsonObject): readonly (readonly [place: string, block: JsonObject])[] {
  const inside = (blocks: readonly JsonObject[], place: string): (readonly [string, JsonObject])[] =>
    blocks.flatMap((block, at) => {
      const type = stringOf(block["type"]);
      const here = `${place}.${at}.${type}`;
      if (type === "image" || type === "document") return [[here, block] as const];
      return type === "tool_result" && Array.isArray(block["content"])
        ? inside(blocksOf(block["content"]), `${here}.content`)
        : [];
    });
  return messagesOf(body).flatMap((message, index) =>
    inside(blocksOf(message["content"]), `messages.${index}.content`),
  );
}

function refusedImage(place: string, source: JsonObject): Refusal | undefined {
  const data = stringOf(source["data"]);
  const named = stringOf(source["media_type"]);
  if (data.length > imageLimit) {
    return invalid(`${place}.source.base64: image exceeds 5 MB maximum: ${data.length} bytes > ${imageLimit} bytes`);
  }
  const real = isBase64(data) ? sniff(data) : undefined;
  if (real === undefined || !real.startsWith("image/")) return invalid("Could not process image");
  return real === named
    ? undefined
    : invalid(
        `${place}.source.base64: The image was specified using the ${named} media type, but the image appears to be a ${real} image`,
      );
}

// https://platform.claude.com/docs/en/build-with-claude/vision, …/pdf-support
const soundMedia: MessagesRule = ({ body }) => {
  for (const [place, block] of mediaOf(body)) {
    const source = objectOf(block["source"]);
    const isImage = block["type"] === "image";
    if (source["type"] === "url" && !stringOf(source["url"]).startsWith("https://")) {
      return invalid(`${place}.source.url.url: Only HTTPS URLs are supported.`);
    }
    if (source["type"] !== "base64") continue;
    const refusal = isImage ? refusedImage(place, source) : undefined;
    if (refusal !== undefined) return refusal;
    if (!isImage && sniff(stringOf(source["data"])) !== "application/pdf") {
      return invalid(`${place}.source.base64: The PDF specified was not valid.`);
    }
  }
  return undefined;
};

// https://platform.claude.com/docs/en/build-with-claude/vision#general-limits: 100 images, 600 with a window of a million.
const countedImages: MessagesRule = ({ body, model }) => {
  const most = model.context > 200_000 ? 600 : 100;
  const images = mediaOf(body).filter(([, block]) => block["type"] === "image").length;
  return images > most ? invalid(`Too many images: ${images} > ${most} maximum`) : undefined;
};

/** What is refused about images and documents. */
export const mediaRules: readonly MessagesRule[] = [soundMedia, countedImages];
