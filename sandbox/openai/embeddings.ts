import { countTokens } from "../count-tokens.ts";
import { embedText } from "../embed-text.ts";
import { listOf, numberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { Reply, VendorRequest } from "../vendor.ts";
import { openaiError, openaiHeaders } from "./errors.ts";

/** Inputs as texts; token ids count one each and are embedded as their numbers. */
function inputsOf(input: unknown): readonly { readonly text: string; readonly tokens: number }[] {
  const byText = (text: string) => ({ text, tokens: countTokens(text) });
  if (typeof input === "string") return [byText(input)];
  const list = listOf(input);
  if (typeof list[0] === "number") return [{ text: list.join(","), tokens: list.length }];
  return list.map((one) => (Array.isArray(one) ? { text: one.join(","), tokens: one.length } : byText(stringOf(one))));
}

const embeddingUnits = (usage: JsonObject | undefined) =>
  usage === undefined ? null : usableUnits({ input: usage["prompt_tokens"] });

/** POST /embeddings. */
export function embeddingsReply(request: VendorRequest): Reply {
  const body = objectOf(request.body);
  const inputs = inputsOf(body["input"]);
  const digest = request.bodyDigest;
  if (inputs.length === 0 || inputs.some((one) => one.tokens === 0)) {
    return openaiError(400, "'$.input' is invalid. Please check the API reference.", digest, "input");
  }
  const dimensions = numberOf(body["dimensions"]) ?? (request.model.includes("large") ? 3_072 : 1_536);
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 16_384) {
    return openaiError(400, "Invalid value for 'dimensions'.", digest, "dimensions");
  }
  const base64 = body["encoding_format"] === "base64";
  const data = inputs.map((one, index) => {
    const vector = embedText(one.text, dimensions);
    const embedding = base64 ? Buffer.from(vector.buffer).toString("base64") : [...vector];
    return { object: "embedding", index, embedding };
  });
  const tokens = inputs.reduce((sum, one) => sum + one.tokens, 0);
  const truth = { prompt_tokens: tokens, total_tokens: tokens };
  const usage = request.telling.edit(truth);
  const answer = {
    object: "list",
    data,
    model: request.model,
    ...(usage === undefined ? {} : { usage }),
  };
  return jsonReply(200, openaiHeaders(digest), answer, {
    units: embeddingUnits(truth),
    reported: embeddingUnits(usage),
  });
}
