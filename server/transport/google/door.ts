import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { NexusError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { answerInDialect } from "../dialect/answer-in-dialect.ts";
import { invalidField } from "../dialect/translation-limits.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import type { ModelsSource } from "../models/index.ts";
import { answerCountTokens } from "./answer-count-tokens.ts";
import { answerEmbedContent } from "./answer-embed-content.ts";
import { geminiModelInfo, geminiPage, isAskable } from "./gemini-model.ts";
import { generateContentDialect } from "./generate-content-dialect.ts";
import { asJsonArray } from "./json-array.ts";

/** Some of Google's clients ask for `v1`, where other vendors' have their methods, too. */
const modelsPath = /^\/v1(?:beta)?\/models(?=\/|$)/;

/** The AI SDK leaves `models/` out before a name with a slash. */
const bareModelPath = /^\/v1beta(?=\/[^/:]+\/.+:[a-z]+[A-Z][A-Za-z]*$)/;

const methodPattern = /:[a-z]+[A-Z][A-Za-z]*$/;

/** Whether a request for `/v1/models` or something below it comes from a client of Google's. */
export const speaksGoogle = ({ path, query, header }: DoorRequest): boolean =>
  methodPattern.test(path) || header("x-goog-api-key") !== undefined || query.has("key");

const served =
  "Of Google's API there are models, and of a model generateContent, streamGenerateContent, embedContent, batchEmbedContents and countTokens, and files, all behind /v1beta/.";

const requireMethod = (request: DoorRequest, method: string): void => {
  if (request.method !== method)
    throw new NexusError("METHOD_NOT_ALLOWED", {
      message: `${request.path} answers to ${method}.`,
      details: { allow: [method] },
    });
};

const nameIn = (escaped: string): string => {
  let name: string | undefined;
  try {
    name = decodeURIComponent(escaped);
  } catch {
    name = undefined;
  }
  const parsed = ModelName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw invalidField("model", "a model of GET /v1beta/models: its slash may be escaped");
};

/** Google's methods stand behind a colon, which model names have, too. */
const methodIn = (tail: string): { readonly name: string; readonly method: string | undefined } => {
  const found = /^(?<name>.+):(?<method>[a-z]+[A-Z][A-Za-z]*)$/.exec(tail)?.groups;
  return found
    ? { name: nameIn(found["name"] ?? ""), method: found["method"] }
    : { name: nameIn(tail), method: undefined };
};

const requireReading = ({ permissions }: CallContext): void => {
  const { permission, id } = ai.models;
  if (permissions.has(permission)) return;
  throw new NexusError("SCOPE_DENIED", {
    message: `${id} needs the permission ${permission}.`,
    details: { permission },
  });
};

const json = (body: unknown, ctx: CallContext): DoorReply => ({
  status: 200,
  headers: {
    "content-type": "application/json; charset=UTF-8",
    "cache-control": "no-store",
    "x-request-id": ctx.requestId,
  },
  body: JSON.stringify(body),
});

const streamed = async (
  gateway: Gateway,
  request: DoorRequest,
  model: string,
  ctx: CallContext,
): Promise<DoorReply> => {
  const form = request.query.get("alt") ?? "json";
  if (form !== "sse" && form !== "json") throw invalidField("alt", "sse or json");
  const reply = await answerInDialect(generateContentDialect(model, true), gateway, request, ctx);
  return form === "sse" ? reply : asJsonArray(reply);
};

/** The Google-compatible door: `/v1beta/models` (or `/v1/models`) and the methods of a model. Errors are thrown, to be encoded by `googleErrorReply`. */
export const createGoogleDoor =
  (gateway: Gateway, source: ModelsSource) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const { path } = request;
    const [place] = modelsPath.exec(path) ?? bareModelPath.exec(path) ?? [];
    if (place === undefined)
      throw new NexusError("NOT_FOUND", { message: `There is no ${path.slice(0, 200)} here. ${served}` });
    const tail = path.slice(place.length + 1);
    if (tail === "") {
      requireMethod(request, "GET");
      requireReading(ctx);
      const callable = source.list(ctx).filter((model) => model.credentialTier !== null && isAskable(model));
      return json(geminiPage(callable, request.query), ctx);
    }
    const { name: model, method } = methodIn(tail);
    if (method === undefined) {
      requireMethod(request, "GET");
      requireReading(ctx);
      return json(geminiModelInfo(source.find(ctx, model, "google.generateContent")), ctx);
    }
    requireMethod(request, "POST");
    switch (method) {
      case "generateContent":
        return answerInDialect(generateContentDialect(model, false), gateway, request, ctx);
      case "streamGenerateContent":
        return streamed(gateway, request, model, ctx);
      case "embedContent":
      case "batchEmbedContents":
        return answerEmbedContent(gateway, { request, model, batch: method === "batchEmbedContents" }, ctx);
      case "countTokens":
        return answerCountTokens(gateway, { request, model }, ctx);
      default:
        throw new NexusError("NOT_FOUND", { message: `There is no method ${method.slice(0, 64)} here. ${served}` });
    }
  };
