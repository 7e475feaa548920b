import { isObject, objectOf, stringOf } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { Reply, Vendor, VendorRequest } from "../vendor.ts";
import { chatReply } from "./chat.ts";
import { embeddingsReply } from "./embeddings.ts";
import { openaiError, openaiHeaders } from "./errors.ts";
import { openaiModel, openaiModels, selfHosted } from "./models.ts";
import type { OpenaiModel } from "./models.ts";
import { responsesReply } from "./responses.ts";

const describe = (id: string) => ({
  id,
  object: "model",
  created: 1_721_172_741,
  owned_by: "system",
});

type FindModel = (name: string) => OpenaiModel | undefined;

function modelsReply(request: VendorRequest, find: FindModel): Reply {
  const id = decodeURIComponent(request.path.slice("/models/".length));
  const headers = openaiHeaders(request.bodyDigest);
  if (id === "") return jsonReply(200, headers, { object: "list", data: openaiModels.map(describe) });
  if (find(id) !== undefined) return jsonReply(200, headers, describe(id));
  return openaiError(404, `The model '${id}' does not exist`, request.bodyDigest, "model");
}

const routes: Readonly<Record<string, (request: VendorRequest, model: OpenaiModel) => Reply>> = {
  "/chat/completions": chatReply,
  "/responses": responsesReply,
  "/embeddings": embeddingsReply,
};

const replyOver =
  (find: FindModel) =>
  (request: VendorRequest): Reply => {
    const { method, path, model, bodyDigest } = request;
    if (method === "GET" && (path === "/models" || path.startsWith("/models/"))) return modelsReply(request, find);
    const answer = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (method !== "POST" || answer === undefined)
      return openaiError(404, `Invalid URL (${method} ${path})`, bodyDigest);
    if (!isObject(request.body)) {
      return openaiError(400, "We could not parse the JSON body of your request.", bodyDigest);
    }
    if (model === "") return openaiError(400, "you must provide a model parameter", bodyDigest);
    const known = find(model);
    return known === undefined
      ? openaiError(404, `The model \`${model}\` does not exist or you do not have access to it.`, bodyDigest)
      : answer(request, known);
  };

/** OpenAI's wire. Models that are not in its table do not exist. */
export const openai: Vendor = {
  mount: "/openai/v1",
  credentialOf: (headers) => /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1],
  acceptsKey: (key) => key?.startsWith("sk-") === true,
  identify: (_path, body) => ({
    model: stringOf(objectOf(body)["model"]),
    stream: objectOf(body)["stream"] === true,
  }),
  reply: replyOver(openaiModel),
  error: openaiError,
};

/** A self-hosted server that speaks OpenAI's wire, asks for no key and has any model but those called `missing…`. */
export const compatible: Vendor = {
  ...openai,
  mount: "/compatible/v1",
  acceptsKey: () => true,
  reply: replyOver((name) => (name.startsWith("missing") ? undefined : selfHosted(name))),
};
