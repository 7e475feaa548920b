import { isObject, objectOf, stringOf } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, Vendor, VendorRequest } from "../vendor.ts";
import { chatReply } from "./chat.ts";
import { embeddingsReply } from "./embeddings.ts";
import { openaiError, openaiHeaders, refused } from "./errors.ts";
import { openaiModel, openaiModels, selfHosted } from "./models.ts";
import type { OpenaiModel } from "./models.ts";
import { selfHostedRerankReply } from "./self-hosted-rerank.ts";
import { speechReply } from "./speech.ts";
import { transcriptionReply } from "./transcriptions.ts";
import { openaiBatchesReply } from "./batches.ts";
import { openaiFilesReply, withOpenaiFiles } from "./files.ts";
import { imageEditsReply } from "./image-edits.ts";
import { imagesReply } from "./images.ts";
import { moderationsReply } from "./moderations.ts";
import { responsesReply } from "./responses.ts";

const describe = (id: string) => ({
  id,
  object: "model",
  created: 1_721_172_741,
  owned_by: "system",
});

type FindModel = (name: string) => OpenaiModel | undefined;

function modelsReply(request: VendorRequest, find: FindModel): VendorReply {
  const id = decodeURIComponent(request.path.slice("/models/".length));
  const headers = openaiHeaders(request.bodyDigest);
  if (id === "") return jsonReply(200, headers, { object: "list", data: openaiModels.map(describe) });
  if (find(id) !== undefined) return jsonReply(200, headers, describe(id));
  return openaiError(404, `The model '${id}' does not exist`, request.bodyDigest, "model");
}

interface Route {
  readonly serves: OpenaiModel["serves"][number];
  readonly answer: (request: VendorRequest, model: OpenaiModel) => VendorReply;
  /** Why a model that is not for this route is refused. */
  readonly refuse: (named: string) => Refusal;
  /** It says the same of a model that does not exist. */
  readonly refusesUnknown?: boolean;
  /** The model that is asked where none is named. */
  readonly unnamed?: string;
}

const otherModel =
  (able: string) =>
  (named: string): Refusal =>
    invalid(`Invalid value: '${named}'. Value must be a model that ${able}.`, "model", "invalid_value");

// Which route a model is for: https://platform.openai.com/docs/models
const routes: Readonly<Record<string, Route>> = {
  "/chat/completions": {
    serves: "chat",
    answer: chatReply,
    refuse: () => ({
      status: 404,
      message:
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?",
      param: "model",
    }),
  },
  "/responses": {
    serves: "responses",
    answer: responsesReply,
    refuse: (named) =>
      invalid(`The requested model '${named}' cannot be used with the Responses API.`, "model", "unsupported_model"),
  },
  "/embeddings": {
    serves: "embeddings",
    answer: embeddingsReply,
    refuse: () => ({ status: 403, message: "You are not allowed to generate embeddings from this model" }),
  },
  "/images/generations": {
    serves: "images",
    answer: imagesReply,
    refuse: otherModel("makes images"),
  },
  "/images/edits": {
    serves: "images",
    answer: imageEditsReply,
    refuse: otherModel("makes images"),
  },
  "/audio/speech": { serves: "speech", answer: speechReply, refuse: otherModel("says a text") },
  "/audio/transcriptions": {
    serves: "transcriptions",
    answer: transcriptionReply,
    refuse: otherModel("writes down what is said"),
  },
  "/audio/translations": {
    serves: "transcriptions",
    answer: transcriptionReply,
    refuse: otherModel("writes down what is said"),
  },
  "/moderations": {
    serves: "moderations",
    answer: moderationsReply,
    // Recorded: https://github.com/cykod/ALLM (test/fixtures/openai/moderations/recorded/error_400_bad_model.json)
    refuse: (named) =>
      invalid(`Invalid value for 'model' = ${named}. Please check the OpenAI documentation and try again.`, "model"),
    refusesUnknown: true,
    // https://platform.openai.com/docs/api-reference/moderations/create#moderations-create-model
    unnamed: "omni-moderation-latest",
  },
};

/** In a form, it is a text. */
const streams = (asked: unknown): boolean => asked === true || asked === "true";

const keepsFiles = (path: string): boolean => path === "/files" || path.startsWith("/files/");

/** A request with the contents of the files that it names. */
const filled = (request: VendorRequest, answer: (request: VendorRequest) => VendorReply): VendorReply => {
  const found = isObject(request.body) ? withOpenaiFiles(request.body, request.files) : { body: request.body };
  return "missing" in found
    ? openaiError(404, `No such File object: ${found.missing}`, request.bodyDigest, "file_id", null)
    : answer({ ...request, body: found.body });
};

const replyOver =
  (find: FindModel) =>
  (request: VendorRequest): VendorReply => {
    const { method, path, bodyDigest } = request;
    if (method === "GET" && (path === "/models" || path.startsWith("/models/"))) return modelsReply(request, find);
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (method !== "POST" || route === undefined)
      return openaiError(404, `Invalid URL (${method} ${path})`, bodyDigest);
    if (!isObject(request.body)) {
      return openaiError(400, "We could not parse the JSON body of your request.", bodyDigest);
    }
    const model = request.model === "" ? (route.unnamed ?? "") : request.model;
    if (model === "") return openaiError(400, "you must provide a model parameter", bodyDigest);
    const known = find(model);
    if (known === undefined && route.refusesUnknown === true) return refused(route.refuse(model), bodyDigest);
    if (known === undefined) {
      return openaiError(404, `The model \`${model}\` does not exist or you do not have access to it.`, bodyDigest);
    }
    return known.serves.includes(route.serves)
      ? route.answer({ ...request, model }, known)
      : refused(route.refuse(model), bodyDigest);
  };

const noKey =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.";

/** A key as far as OpenAI repeats it. */
const hidden = (key: string): string =>
  key.length < 16
    ? "*".repeat(key.length)
    : `${key.slice(0, 8)}${"*".repeat(Math.min(key.length - 12, 40))}${key.slice(-4)}`;

/** OpenAI's wire. Models that are not in its table do not exist. */
export const openai: Vendor = {
  mount: "/openai/v1",
  credentialOf: (headers) => /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1],
  acceptsKey: (key) => key?.startsWith("sk-") === true,
  identify: (_path, body) => ({
    model: stringOf(objectOf(body)["model"]),
    stream: streams(objectOf(body)["stream"]),
  }),
  reply: (request) => {
    if (keepsFiles(request.path)) return openaiFilesReply(request);
    const answer = (one: VendorRequest): VendorReply => filled(one, replyOver(openaiModel));
    return /^\/batches(\/|$)/.test(request.path) ? openaiBatchesReply(request, answer) : answer(request);
  },
  // https://platform.openai.com/docs/guides/error-codes
  refuseKey: (key, digest) =>
    key === undefined
      ? openaiError(401, noKey, digest, null, null)
      : openaiError(
          401,
          `Incorrect API key provided: ${hidden(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
          digest,
        ),
  error: openaiError,
};

const answerOfAnyModel = replyOver((name) => (name.startsWith("missing") ? undefined : selfHosted(name)));

/** A self-hosted server that speaks OpenAI's wire, asks for no key and has any model but those called `missing…`. */
export const compatible: Vendor = {
  ...openai,
  mount: "/compatible/v1",
  acceptsKey: () => true,
  reply: (request) =>
    request.method === "POST" && request.path === "/rerank"
      ? selfHostedRerankReply(request)
      : answerOfAnyModel(request),
};
