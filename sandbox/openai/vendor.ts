import { isObject, objectOf, stringOf } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { Reply, Vendor, VendorRequest } from "../vendor.ts";
import { chatReply } from "./chat.ts";
import { embeddingsReply } from "./embeddings.ts";
import { openaiError, openaiHeaders } from "./errors.ts";
import { responsesReply } from "./responses.ts";

const models = ["gpt-4o-mini", "gpt-4o", "gpt-4.1", "gpt-5-mini", "text-embedding-3-small", "text-embedding-3-large"];

const describe = (id: string) => ({
  id,
  object: "model",
  created: 1_721_172_741,
  owned_by: "system",
});

function modelsReply(request: VendorRequest): Reply {
  const id = decodeURIComponent(request.path.slice("/models/".length));
  const headers = openaiHeaders(request.bodyDigest);
  if (id === "") return jsonReply(200, headers, { object: "list", data: models.map(describe) });
  if (models.includes(id)) return jsonReply(200, headers, describe(id));
  return openaiError(404, `The model '${id}' does not exist`, request.bodyDigest, "model");
}

function reply(request: VendorRequest): Reply {
  const { method, path, model, bodyDigest } = request;
  if (method === "GET" && (path === "/models" || path.startsWith("/models/"))) return modelsReply(request);
  const answer = { "/chat/completions": chatReply, "/responses": responsesReply, "/embeddings": embeddingsReply }[path];
  if (method !== "POST" || answer === undefined) return openaiError(404, `Invalid URL (${method} ${path})`, bodyDigest);
  if (!isObject(request.body)) {
    return openaiError(400, "We could not parse the JSON body of your request.", bodyDigest);
  }
  if (model === "") return openaiError(400, "you must provide a model parameter", bodyDigest, "model");
  if (model.startsWith("missing")) {
    return openaiError(
      404,
      `The model \`${model}\` does not exist or you do not have access to it.`,
      bodyDigest,
      "model",
    );
  }
  return answer(request);
}

/** OpenAI's wire. Models whose name begins with `missing` do not exist; every other does. */
export const openai: Vendor = {
  mount: "/openai/v1",
  credentialOf: (headers) => /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1],
  acceptsKey: (key) => key?.startsWith("sk-") === true,
  identify: (_path, body) => ({
    model: stringOf(objectOf(body)["model"]),
    stream: objectOf(body)["stream"] === true,
  }),
  reply,
  error: openaiError,
};

/** A self-hosted server that speaks OpenAI's wire and asks for no key. */
export const compatible: Vendor = { ...openai, mount: "/compatible/v1", acceptsKey: () => true };
