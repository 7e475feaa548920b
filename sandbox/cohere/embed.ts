import { countTokens } from "../count-tokens.ts";
import { embedText } from "../embed-text.ts";
import { finiteNumberOf, listOf, objectOf, stringOf } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { refuse } from "./refuse.ts";
import { embedRules } from "./rules.ts";
import type { CohereModel } from "./rules.ts";

/** POST /v2/embed. */
export function cohereEmbedReply(request: VendorRequest, model: CohereModel): VendorReply {
  const body = objectOf(request.body);
  const { bodyDigest: digest } = request;
  const refusal = firstRefusal(embedRules, { body, model });
  if (refusal !== undefined) return refuse(refusal, digest);
  const texts = listOf(body["texts"]).map(stringOf);
  const dimensions = finiteNumberOf(body["output_dimension"]) ?? (model.id.startsWith("embed-v4") ? 1_536 : 1_024);
  const truth = { input_tokens: texts.reduce((sum, text) => sum + countTokens(text), 0) };
  const told = request.telling.edit(truth);
  return jsonReply(
    200,
    {},
    {
      id: digest.slice(0, 36),
      embeddings: { float: texts.map((text) => [...embedText(text, dimensions)]) },
      texts,
      meta: { api_version: { version: "2" }, ...(told === undefined ? {} : { billed_units: told }) },
      response_type: "embeddings_by_type",
    },
    {
      units: usableUnits({ input: truth.input_tokens }),
      reported: told?.["input_tokens"] === undefined ? null : usableUnits({ input: told["input_tokens"] }),
    },
  );
}
