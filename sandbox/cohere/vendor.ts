import { isObject, objectOf, stringOf } from "../read-json.ts";
import { jsonReply } from "../vendor.ts";
import type { Vendor, VendorReply, VendorRequest } from "../vendor.ts";
import { cohereChatReply } from "./chat.ts";
import { cohereEmbedReply } from "./embed.ts";
import { refuse } from "./refuse.ts";
import { rerankReply } from "./rerank.ts";
import type { CohereModel } from "./rules.ts";

const chats = (id: string, maxOutput: number, thinks = false): CohereModel => ({
  id,
  serves: "chat",
  maxOutput,
  thinks,
});
const other = (id: string, serves: "embed" | "rerank"): CohereModel => ({ id, serves, maxOutput: 0, thinks: false });

// https://docs.cohere.com/docs/models
const models: readonly CohereModel[] = [
  chats("command-a-03-2025", 8_000),
  chats("command-a-reasoning-08-2025", 32_000, true),
  chats("command-a-vision-07-2025", 8_000),
  chats("command-r7b-12-2024", 4_000),
  chats("command-r-08-2024", 4_000),
  chats("command-r-plus-08-2024", 4_000),
  other("embed-v4.0", "embed"),
  other("embed-english-v3.0", "embed"),
  other("rerank-v3.5", "rerank"),
  other("rerank-v4.0-fast", "rerank"),
  other("rerank-v4.0-pro", "rerank"),
  other("rerank-v5.0-fast", "rerank"),
  other("rerank-v5.0-pro", "rerank"),
];

interface Route {
  readonly serves: CohereModel["serves"];
  readonly answer: (request: VendorRequest, model: CohereModel) => VendorReply;
}

const routes: Readonly<Record<string, Route>> = {
  "/v2/chat": { serves: "chat", answer: cohereChatReply },
  "/v2/rerank": { serves: "rerank", answer: rerankReply },
  "/v2/embed": { serves: "embed", answer: cohereEmbedReply },
};

/** Cohere, over version 2 of its API. */
export const cohereWire: Vendor = {
  mount: "/cohere",
  credentialOf: ({ authorization = "" }) => /^Bearer (.+)$/i.exec(authorization)?.[1],
  acceptsKey: (key) => key !== undefined && /^[\w-]{8,}$/.test(key),
  identify: (_path, body) => ({ model: stringOf(objectOf(body)["model"]), stream: objectOf(body)["stream"] === true }),
  reply(request) {
    const { method, path, body, bodyDigest: digest } = request;
    // https://docs.cohere.com/reference/check-api-key
    if (method === "POST" && path === "/v1/check-api-key") return jsonReply(200, {}, { valid: true });
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (method !== "POST" || route === undefined)
      return refuse({ status: 404, message: `unknown endpoint: ${method} ${path}` }, digest);
    if (!isObject(body)) return refuse({ status: 400, message: "invalid json syntax" }, digest);
    if (request.model === "") return refuse({ status: 400, message: "invalid request: model is required" }, digest);
    const model = models.find(({ id }) => id === request.model);
    if (model === undefined)
      return refuse(
        {
          status: 404,
          message: `model '${request.model}' not found, make sure the correct model ID was used and that you have access to the model.`,
        },
        digest,
      );
    return model.serves === route.serves
      ? route.answer(request, model)
      : refuse(
          { status: 400, message: `invalid request: model '${model.id}' is not supported by the ${route.serves} API` },
          digest,
        );
  },
  refuseKey: (key, digest) =>
    refuse({ status: 401, message: key === undefined ? "no api key supplied" : "invalid api token" }, digest),
  error: (status, message, digest) => refuse({ status, message }, digest),
};
