import { countTokens } from "../count-tokens.ts";
import { embedText } from "../embed-text.ts";
import { listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { openaiHeaders, refused } from "./errors.ts";
import type { OpenaiModel } from "./models.ts";
import { embeddingsRules, selfHostedEmbeddings } from "./rules-embeddings.ts";

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
export function embeddingsReply(request: VendorRequest, model: OpenaiModel): VendorReply {
  const body = objectOf(request.body);
  const digest = request.bodyDigest;
  const refusal = firstRefusal(model.lenient === true ? selfHostedEmbeddings : embeddingsRules, {
    body,
    model,
    named: request.model,
  });
  if (refusal !== undefined) return refused(refusal, digest);
  const inputs = inputsOf(body["input"]);
  const dimensions = finiteNumberOf(body["dimensions"]) ?? (request.model.includes("large") ? 3_072 : 1_536);
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
