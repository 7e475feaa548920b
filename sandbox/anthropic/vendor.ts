import { isObject, objectOf, stringOf } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, Vendor, VendorRequest } from "../vendor.ts";
import { anthropicError, anthropicRequestId } from "./errors.ts";
import { claudeBatchesReply } from "./batches.ts";
import { claudeFilesReply, hasFilesBeta, namesFiles, withClaudeFiles } from "./files.ts";
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
  // https://docs.anthropic.com/en/api/models-list: 20, from 1 to 1000.
  const limit = Number(request.query.get("limit") ?? "20");
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000)
    return anthropicError(400, "limit: Input should be between 1 and 1000", request.bodyDigest);
  const shown = claudeModels.slice(0, limit);
  const page = {
    data: shown.map(describe),
    has_more: shown.length < claudeModels.length,
    first_id: shown.at(0),
    last_id: shown.at(-1),
  };
  return jsonReply(200, headers, page);
}

function reply(request: VendorRequest): VendorReply {
  const { method, path, model, bodyDigest } = request;
  if (stringOf(request.headers["anthropic-version"]) === "") {
    return anthropicError(400, "anthropic-version: header is required", bodyDigest);
  }
  if (method === "GET" && (path === "/models" || path.startsWith("/models/"))) return modelsReply(request);
  if (path === "/files" || path.startsWith("/files/")) return claudeFilesReply(request);
  if (/^\/messages\/batches(\/|$)/.test(path)) return claudeBatchesReply(request, reply);
  const answer = { "/messages": messagesReply, "/messages/count_tokens": countTokensReply }[path];
  if (method !== "POST" || answer === undefined) return anthropicError(404, "Not Found", bodyDigest);
  if (!isObject(request.body)) return anthropicError(400, "The request body is not valid JSON", bodyDigest);
  if (model === "") return anthropicError(400, "model: Field required", bodyDigest);
  const known = claudeModel(model);
  if (known === undefined) return anthropicError(404, `model: ${model}`, bodyDigest);
  if (!namesFiles(request.body)) return answer(request, known);
  if (!hasFilesBeta(request))
    return anthropicError(
      400,
      "messages: Input tag 'file' found using 'type' does not match any of the expected tags",
      bodyDigest,
    );
  const found = withClaudeFiles(request.body, request.files);
  return "body" in found
    ? answer({ ...request, body: found.body }, known)
    : anthropicError(found.status, found.message, bodyDigest);
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
