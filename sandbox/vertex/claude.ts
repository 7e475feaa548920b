import { countTokensReply, messagesReply } from "../anthropic/messages.ts";
import { anthropicError } from "../anthropic/errors.ts";
import { claudeModel } from "../anthropic/models.ts";
import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";

/** Anthropic's name of a model whose version stands behind an @, or undefined where Vertex AI has none of that name. */
const nameAtAnthropic = (model: string): string | undefined => {
  const name = model.replace("@", "-");
  return /^[a-z0-9-]+(@\d{8})?$/.test(model) && !/-\d{8}$/.test(model) && claudeModel(name) !== undefined
    ? name
    : undefined;
};

// https://platform.claude.com/docs/en/api/claude-on-vertex-ai; what Anthropic's own clients leave out of the list there.
const takenBetas =
  /^(claude-code-20250219|interleaved-thinking-2025-05-14|fine-grained-tool-streaming-2025-05-14|context-1m-2025-08-07|context-management-2025-06-27|tool-search-tool-2025-10-19|web-search-2025-03-05)$/;

const unknownBeta = (header: string): string | undefined =>
  header
    .split(",")
    .map((beta) => beta.trim())
    .find((beta) => beta !== "" && !takenBetas.test(beta));

/** What a request says that only Anthropic's own API takes. */
const refusal = (body: Readonly<Record<string, unknown>>, betas: string): string | undefined => {
  if (body["anthropic_version"] === undefined) return "anthropic_version: Field required";
  if (body["anthropic_version"] !== "vertex-2023-10-16")
    return `anthropic_version: '${stringOf(body["anthropic_version"])}' is not supported`;
  const extra = ["service_tier", "inference_geo", "speed", "fallbacks", "container"].find((name) => name in body);
  if (extra !== undefined) return `${extra}: Extra inputs are not permitted`;
  const beta = unknownBeta(betas);
  if (beta !== undefined)
    return `Unexpected value(s) \`${beta}\` for the \`anthropic-beta\` header. Please consult our documentation at docs.anthropic.com or try again without the header.`;
  const hosted = listOf(body["tools"])
    .map((tool) => stringOf(objectOf(tool)["type"]))
    .find((type) => /^(web_fetch|code_execution|mcp_toolset)/.test(type));
  return hosted === undefined
    ? undefined
    : `tools: Input tag '${hosted}' found using 'type' does not match any of the expected tags`;
};

/** POST …/publishers/anthropic/models/{model}:rawPredict, :streamRawPredict and count-tokens:rawPredict; undefined where there is no such model. */
export function claudeReply(request: VendorRequest, model: string, verb: string): VendorReply | undefined {
  const body = objectOf(request.body);
  const counts = model === "count-tokens";
  const name = nameAtAnthropic(counts ? stringOf(body["model"]) : model);
  if (name === undefined) return undefined;
  const said = refusal(body, stringOf(request.headers["anthropic-beta"]));
  if (said !== undefined) return anthropicError(400, said, request.bodyDigest);
  if (!counts && "model" in body)
    return anthropicError(400, "model: Extra inputs are not permitted", request.bodyDigest);
  if ((body["stream"] === true) !== (verb === "streamRawPredict"))
    return anthropicError(
      400,
      "stream: must be true for streamRawPredict, and absent for rawPredict",
      request.bodyDigest,
    );
  const { anthropic_version: _version, ...rest } = body;
  const known = claudeModel(name);
  if (known === undefined) return undefined;
  const asked = { ...request, model: name, body: { ...rest, model: name } };
  return (counts ? countTokensReply : messagesReply)(asked, known);
}
