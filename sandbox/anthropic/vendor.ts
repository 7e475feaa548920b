import { isObject, objectOf, stringOf } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, Vendor, VendorRequest } from "../vendor.ts";
import { anthropicError, anthropicRequestId } from "./errors.ts";
import { countTokensReply, messagesReply } from "./messages.ts";
import { claudeModel, claudeModels } from "./models.ts";

const describe = (id: string) => ({
  type: "model",
  id,
  display_name: id,
  created_at: "2025-10-01T00:00:00Z",
});

function modelsReply(request: VendorRequest): VendorReply {
  const id = decodeURIComponent(request.path.slice("/models/".length));
  const headers = { "request-id": anthropicRequestId(request.bodyDigest) };
  if (claudeModel(id) !== undefined) return jsonReply(200, headers, describe(id));
  if (id !== "") return anthropicError(404, `model: ${id}`, request.bodyDigest);
  const page = {
    data: claudeModels.map(describe),
    has_more: false,
    first_id: claudeModels.at(0),
    last_id: claudeModels.at(-1),
  };
  return jsonReply(200, headers, page);
}

function reply(request: VendorRequest): VendorReply {
  const { method, path, model, bodyDigest } = request;
  if (stringOf(request.headers["anthropic-version"]) === "") {
    return anthropicError(400, "anthropic-version: header is required", bodyDigest);
  }
  if (method === "GET" && (path === "/models" || path.startsWith("/models/"))) return modelsReply(request);
  const answer = { "/messages": messagesReply, "/messages/count_tokens": countTokensReply }[path];
  if (method !== "POST" || answer === undefined) return anthropicError(404, "Not Found", bodyDigest);
  if (!isObject(request.body)) return anthropicError(400, "The request body is not valid JSON", bodyDigest);
  if (model === "") return anthropicError(400, "model: Field required", bodyDigest);
  const known = claudeModel(model);
  return known === undefined ? anthropicError(404, `model: ${model}`, bodyDigest) : answer(request, known);
}

/** Anthropic's wire. Models that are not in its table do not exist. */
export const anthropic: Vendor = {
  mount: "/anthropic/v1",
  credentialOf: (headers) =>
    stringOf(headers["x-api-key"]) || /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] || undefined,
  acceptsKey: (key) => key?.startsWith("sk-") === true,
  identify: (_path, body) => ({
    model: stringOf(objectOf(body)["model"]),
    stream: objectOf(body)["stream"] === true,
  }),
  reply,
  // https://platform.claude.com/docs/en/api/errors
  refuseKey: (key, digest) =>
    anthropicError(401, key === undefined ? "x-api-key header is required" : "invalid x-api-key", digest),
  error: anthropicError,
};
