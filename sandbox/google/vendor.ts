import { countInput } from "../compose-answer.ts";
import { isObject, objectOf, stringOf } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { Reply, Vendor, VendorRequest } from "../vendor.ts";
import { embedReply } from "./embed-content.ts";
import { googleError } from "./errors.ts";
import { generateReply } from "./generate-content.ts";
import { readGenerateAsk } from "./read-ask.ts";

const models = ["gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash-lite", "gemini-embedding-001"];

const describe = (id: string) => ({
  name: `models/${id}`,
  displayName: id,
  supportedGenerationMethods: id.includes("embedding") ? ["embedContent"] : ["generateContent", "countTokens"],
});

/** `/models/{model}:{verb}` in its two parts. */
function split(path: string): { readonly model: string; readonly verb: string } {
  const match = /^\/models\/(.+):([A-Za-z]+)$/.exec(path);
  return { model: decodeURIComponent(match?.[1] ?? ""), verb: match?.[2] ?? "" };
}

function modelsReply(request: VendorRequest): Reply {
  const id = decodeURIComponent(request.path.slice("/models/".length));
  if (id === "") return jsonReply(200, {}, { models: models.map(describe) });
  if (models.includes(id)) return jsonReply(200, {}, describe(id));
  return googleError(404, `models/${id} is not found for API version v1beta`, request.bodyDigest);
}

const verbs: Record<string, (request: VendorRequest) => Reply> = {
  generateContent: (request) => generateReply(request, false),
  streamGenerateContent: (request) => generateReply(request, true),
  embedContent: (request) => embedReply(request, false),
  batchEmbedContents: (request) => embedReply(request, true),
  countTokens: (request) =>
    jsonReply(200, {}, { totalTokens: countInput(readGenerateAsk(objectOf(request.body))).text }),
};

function reply(request: VendorRequest): Reply {
  const { method, path, model, bodyDigest } = request;
  if (method === "GET" && (path === "/models" || path.startsWith("/models/"))) return modelsReply(request);
  const { verb } = split(path);
  const answer = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (method !== "POST" || answer === undefined) return googleError(404, "Not Found", bodyDigest);
  if (!isObject(request.body)) return googleError(400, "Invalid JSON payload received.", bodyDigest);
  if (model.startsWith("missing")) {
    return googleError(404, `models/${model} is not found for API version v1beta`, bodyDigest);
  }
  return answer(request);
}

/** Google's Gemini wire. Models whose name begins with `missing` do not exist; every other does. */
export const google: Vendor = {
  mount: "/google/v1beta",
  credentialOf: (headers) => stringOf(headers["x-goog-api-key"]) || undefined,
  acceptsKey: (key) => key !== undefined,
  identify: (path) => ({
    model: split(path).model,
    stream: split(path).verb === "streamGenerateContent",
  }),
  reply,
  error: googleError,
};
