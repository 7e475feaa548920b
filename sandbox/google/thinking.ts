import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { isSealed, seal } from "../seal.ts";
import type { GeminiModel } from "./models.ts";
import { standardBase64 } from "./standard-base64.ts";

const scope = "google thought";

// Two values stand in for a signature that nobody has: https://ai.google.dev/gemini-api/docs/thought-signatures
const standIns: readonly unknown[] = ["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"];

export const thoughtSignature = (digest: string): string => seal(scope, "", digest);

/** The field is one of bytes, so clients write a stand-in as it is or encoded. */
const isStandIn = (value: string): boolean =>
  standIns.includes(value) || standIns.includes(Buffer.from(value, "base64").toString("latin1"));

export const isThoughtSignature = (value: unknown): boolean =>
  isStandIn(stringOf(value)) || isSealed(standardBase64(stringOf(value)), scope, "");

export const thinkingConfigOf = (body: JsonObject): JsonObject =>
  objectOf(objectOf(body["generationConfig"])["thinkingConfig"]);

const tokensOfLevel: Readonly<Record<string, number>> = { minimal: 8, low: 32, medium: 64, high: 128, xhigh: 256 };

/** Tokens a request's thinking takes. Gemini 3 thinks unasked; of the models before it, the sandbox's do as they are told. */
export function thoughtTokens(body: JsonObject, model: GeminiModel): number {
  if (model.thinking.by === "none") return 0;
  const { thinkingBudget, thinkingLevel } = thinkingConfigOf(body);
  const budget = finiteNumberOf(thinkingBudget);
  if (budget !== undefined) return budget < 0 ? 64 : Math.min(budget, 64);
  return tokensOfLevel[stringOf(thinkingLevel).toLowerCase()] ?? (model.thinking.by === "level" ? 64 : 0);
}

const partsOf = (content: JsonObject): readonly JsonObject[] => listOf(content["parts"]).map(objectOf);

/** The contents since a user last spoke, with their places: what the model is in the middle of. */
export function currentTurn(body: JsonObject): readonly (readonly [index: number, content: JsonObject])[] {
  const contents = listOf(body["contents"]).map(objectOf);
  const spoke = contents.findLastIndex(
    (content) => content["role"] !== "model" && partsOf(content).some((part) => !isObject(part["functionResponse"])),
  );
  return [...contents.entries()].slice(spoke + 1);
}
