import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { refused } from "./errors.ts";
import { drawnReply } from "./images.ts";
import { seenImageTokens } from "./seen-image-tokens.ts";
import type { OpenaiModel } from "./models.ts";
import { imageEditsRules } from "./rules-image-edits.ts";

const numbers = ["n", "output_compression", "partial_images"];

const valueOf = (name: string, value: unknown): unknown => {
  const text = stringOf(value);
  if (numbers.includes(name) && /^-?\d+$/.test(text)) return Number(text);
  return name === "stream" && (text === "true" || text === "false") ? text === "true" : value;
};

/** A form as the JSON of the same request; its images are in `image`, however many there are. */
function bodyOf(form: JsonObject): JsonObject {
  const { image, "image[]": images, ...texts } = form;
  const files = [...(image === undefined ? [] : Array.isArray(image) ? image : [image]), ...listOf(images)];
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, valueOf(name, value)])),
    ...(files.length === 0 ? {} : { image: files }),
  };
}

/** POST /images/edits. */
export function imageEditsReply(request: VendorRequest, model: OpenaiModel): VendorReply {
  const body = bodyOf(objectOf(request.body));
  const refusal = firstRefusal(imageEditsRules, { body, model, named: request.model });
  if (refusal !== undefined) return refused(refusal, request.bodyDigest);
  const fidelity = stringOf(body["input_fidelity"]);
  const seen = listOf(body["image"])
    .map((file) => seenImageTokens(model, stringOf(objectOf(file)["data"]), fidelity))
    .reduce((sum, tokens) => sum + tokens, 0);
  return drawnReply(request, model, body, seen);
}
