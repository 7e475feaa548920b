import { pagesOf, pixelsOf, unseen, fitWithin } from "../media/measure.ts";
import { objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { ClaudeModel } from "./models.ts";

// https://platform.claude.com/docs/en/build-with-claude/vision#evaluate-image-size: a token is 750 pixels, of an image
// within 1,568 pixels; from Opus 4.7 on within 2,576, and three times as many tokens at most.
function imageTokens({ sampling }: ClaudeModel, source: JsonObject): number {
  const [edge, most] = sampling === "fixed" ? [2_576, 4_784] : [1_568, 1_600];
  const pixels = source["type"] === "base64" ? pixelsOf(stringOf(source["data"])) : unseen;
  const { width, height } = fitWithin(pixels, edge);
  return Math.min(most, Math.max(1, Math.ceil((width * height) / 750)));
}

// https://platform.claude.com/docs/en/build-with-claude/pdf-support#estimate-your-costs: a page is its text and its picture
const pageTokens = 1_500 + 1_600;

/** Tokens of an image or a document; a text document is counted with the texts. */
export function claudeMediaTokens(model: ClaudeModel, block: JsonObject): number {
  const source = objectOf(block["source"]);
  if (block["type"] === "image") return imageTokens(model, source);
  if (block["type"] !== "document" || source["type"] === "text" || source["type"] === "content") return 0;
  return pageTokens * (source["type"] === "base64" ? pagesOf(stringOf(source["data"])) : 1);
}
