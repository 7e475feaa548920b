import { countInput } from "../compose-answer.ts";
import { isObject, objectOf, stringOf } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, Vendor, VendorRequest } from "../vendor.ts";
import type { ObjectShape } from "../shape.ts";
import { camelNames } from "./camel-names.ts";
import { embedReply } from "./embed-content.ts";
import { googleError } from "./errors.ts";
import { googleFilesReply, googleUploadReply, withKeptFiles } from "./files.ts";
import { generateReply } from "./generate-content.ts";
import { geminiModel, geminiModels } from "./models.ts";
import type { GeminiModel } from "./models.ts";
import { readGenerateRequest } from "./read-request.ts";
import { downloadReply, operationReply, predictLongRunningReply, veoModels } from "./videos.ts";
import { refusedShape } from "./rules-shape.ts";
import { batchEmbedShape, geminiCountTokensShape, embedShape, generateShape } from "./shapes.ts";

const describe = ({ id, methods, context, maxOutput }: GeminiModel) => ({
  name: `models/${id}`,
  displayName: id,
  inputTokenLimit: context,
  outputTokenLimit: maxOutput,
  supportedGenerationMethods: methods,
});

const notFound = (model: string, digest: string, method = "generateContent"): VendorReply =>
  googleError(
    404,
    `models/${model} is not found for API version v1beta, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`,
    digest,
  );

/** `/models/{model}:{verb}` in its two parts. */
function split(path: string): { readonly model: string; readonly verb: string } {
  const match = /^\/models\/(.+):([A-Za-z]+)$/.exec(path);
  return { model: decodeURIComponent(match?.[1] ?? ""), verb: match?.[2] ?? "" };
}

function modelsReply(request: VendorRequest): VendorReply {
  const id = decodeURIComponent(request.path.slice("/models/".length));
  if (id === "") {
    // https://ai.google.dev/api/models#method:-models.list: 50 a page, "at most 1000 models per page, even if you pass a larger".
    const size = Number(request.query.get("pageSize") ?? "50");
    const shown = geminiModels.slice(0, size > 0 ? Math.min(size, 1_000) : 50);
    const more = shown.length < geminiModels.length ? { nextPageToken: String(shown.length) } : {};
    return jsonReply(200, {}, { models: shown.map(describe), ...more });
  }
  const known = geminiModel(id);
  return known === undefined ? notFound(id, request.bodyDigest) : jsonReply(200, {}, describe(known));
}

interface Verb {
  /** What a model that does it lists. */
  readonly method: string;
  readonly shape: ObjectShape;
  readonly answer: (request: VendorRequest, model: GeminiModel) => VendorReply;
}

const verbs: Record<string, Verb> = {
  generateContent: {
    method: "generateContent",
    shape: generateShape,
    answer: (request, model) => generateReply(request, model, false),
  },
  streamGenerateContent: {
    method: "generateContent",
    shape: generateShape,
    answer: (request, model) => generateReply(request, model, true),
  },
  embedContent: {
    method: "embedContent",
    shape: embedShape,
    answer: (request, model) => embedReply(request, model, false),
  },
  batchEmbedContents: {
    method: "batchEmbedContents",
    shape: batchEmbedShape,
    answer: (request, model) => embedReply(request, model, true),
  },
  countTokens: {
    method: "countTokens",
    shape: geminiCountTokensShape,
    answer: (request, model) => {
      const body = objectOf(request.body);
      const misfit = refusedShape(geminiCountTokensShape, body);
      if (misfit !== undefined) return googleError(misfit.status, misfit.message, request.bodyDigest);
      const counted = isObject(body["generateContentRequest"]) ? body["generateContentRequest"] : body;
      return jsonReply(200, {}, { totalTokens: countInput(readGenerateRequest(counted, model)).text });
    },
  },
};

function reply(request: VendorRequest): VendorReply {
  const { method, path, model, bodyDigest } = request;
  const [, operationOf = "", operation] = /^\/models\/([\w.-]+)\/operations\/(\w+)$/.exec(path) ?? [];
  if (method === "GET" && operation !== undefined) return operationReply(request, operationOf, operation);
  const file = /^\/files\/(\w+):download$/.exec(path)?.[1];
  if (method === "GET" && file !== undefined) return downloadReply(request, file);
  if (method === "POST" && path === "/upload/files") return googleUploadReply(request);
  if ((method === "GET" || method === "DELETE") && (path === "/files" || /^\/files\/[\w-]+$/.test(path)))
    return googleFilesReply(request);
  if (method === "GET" && (path === "/models" || path.startsWith("/models/"))) return modelsReply(request);
  const { verb } = split(path);
  if (method === "POST" && verb === "predictLongRunning")
    return veoModels.some((known) => known === model)
      ? predictLongRunningReply(request)
      : notFound(model, bodyDigest, verb);
  const asked = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (method !== "POST" || asked === undefined) return googleError(404, "Not Found", bodyDigest);
  if (!isObject(request.body)) return googleError(400, "Invalid JSON payload received.", bodyDigest);
  const known = geminiModel(model);
  if (known?.methods.includes(asked.method) !== true) return notFound(model, bodyDigest, asked.method);
  const kept = withKeptFiles(camelNames(asked.shape, request.body), request);
  return "refused" in kept ? kept.refused : asked.answer({ ...request, body: kept.body }, known);
}

/** Google's Gemini wire. Models that are not in its table do not exist. */
export const google: Vendor = {
  mount: "/google/v1beta",
  uploads: "/google/upload/v1beta",
  credentialOf: (headers) => stringOf(headers["x-goog-api-key"]) || undefined,
  acceptsKey: (key) => key !== undefined,
  identify: (path) => ({
    model: split(path).model,
    stream: split(path).verb === "streamGenerateContent",
  }),
  reply,
  // https://ai.google.dev/gemini-api/docs/api-key; https://ai.google.dev/gemini-api/docs/troubleshooting
  refuseKey: (key, digest) =>
    key === undefined
      ? googleError(
          403,
          "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
          digest,
        )
      : googleError(401, "API key not valid. Please pass a valid API key.", digest),
  error: googleError,
};
