import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { findMisfit, kindOf } from "../shape.ts";
import type { ObjectShape, Misfit, Path } from "../shape.ts";
import { speechShape, transcriptionShape } from "./audio-shape.ts";
import { chatShape } from "./chat-shape.ts";
import { imageEditsShape, imagesShape } from "./images-shape.ts";
import { listed } from "./openai-rule.ts";
import type { OpenaiRule } from "./openai-rule.ts";
import { moderationsShape } from "./moderations-shape.ts";
import { embeddingsShape, responsesShape } from "./responses-shape.ts";

const kinds: Readonly<Record<string, string>> = {
  string: "a string",
  integer: "an integer",
  number: "a decimal",
  boolean: "a boolean",
  list: "an array",
  object: "an object",
  null: "null",
};

/** Words in a sentence: one, "one of a or b". */
function oneOf(words: readonly string[]): string {
  const all = [...new Set(words)];
  return all.length === 1 ? (all[0] ?? "") : `one of ${all.slice(0, -1).join(", ")} or ${all.at(-1) ?? ""}`;
}

/** A place as OpenAI writes it: `messages[0].content`. */
const placeOf = (path: Path): string =>
  path.map((step, at) => (typeof step === "number" ? `[${step}]` : `${at === 0 ? "" : "."}${step}`)).join("");

function worded({ path, problem, wanted, value }: Misfit): Refusal {
  const place = placeOf(path);
  if (problem === "unknown") return invalid(`Unknown parameter: '${place}'.`, place, "unknown_parameter");
  if (problem === "missing") {
    return invalid(`Missing required parameter: '${place}'.`, place, "missing_required_parameter");
  }
  if (problem === "kind") {
    const expected = oneOf(wanted.filter((kind) => kind !== "null").map((kind) => kinds[kind] ?? kind));
    const got = kinds[kindOf(value)] ?? "a value";
    return invalid(`Invalid type for '${place}': expected ${expected}, but got ${got} instead.`, place, "invalid_type");
  }
  return invalid(`Invalid value: '${String(value)}'. Supported values are: ${listed(wanted)}.`, place, "invalid_value");
}

const fits =
  (shape: ObjectShape): OpenaiRule =>
  ({ body }) => {
    const misfit = findMisfit(shape, body);
    return misfit && worded(misfit);
  };

// Chat completions word an unknown field of the request itself in their own way, and name all of them.
const knownArguments: OpenaiRule = ({ body }) => {
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(chatShape.fields, name));
  if (unknown.length === 0) return undefined;
  return invalid(`Unrecognized request argument${unknown.length > 1 ? "s" : ""} supplied: ${unknown.join(", ")}`);
};

/** Unknown, missing and mistyped fields: https://platform.openai.com/docs/api-reference/chat/create */
export const chatFits: readonly OpenaiRule[] = [knownArguments, fits(chatShape)];

/** The same: https://platform.openai.com/docs/api-reference/responses/create */
export const responsesFit: OpenaiRule = fits(responsesShape);

/** The same: https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddingsFit: OpenaiRule = fits(embeddingsShape);

/** Missing and mistyped fields: https://platform.openai.com/docs/api-reference/moderations/create */
export const moderationsFit: OpenaiRule = fits(moderationsShape);

/** Unknown, missing and mistyped fields: https://platform.openai.com/docs/api-reference/images/create */
export const imagesFit: OpenaiRule = fits(imagesShape);

/** The same: https://platform.openai.com/docs/api-reference/images/createEdit */
export const imageEditsFit: OpenaiRule = fits(imageEditsShape);

/** The same: https://platform.openai.com/docs/api-reference/audio/createSpeech */
export const speechFits: OpenaiRule = fits(speechShape);

/** The same: https://platform.openai.com/docs/api-reference/audio/createTranscription */
export const transcriptionFits: OpenaiRule = fits(transcriptionShape);
