import { chatReply } from "../openai/chat.ts";
import { selfHosted } from "../openai/models.ts";
import { openai } from "../openai/vendor.ts";
import { isObject, listOf, objectOf, parseJson, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import type { Refusal, RefusalRule } from "../refusal.ts";
import { findMisfit } from "../shape.ts";
import type { Misfit, ObjectShape } from "../shape.ts";
import type { Units } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { Frame, Vendor, VendorReply, VendorRequest } from "../vendor.ts";

/** A model of a vendor that speaks OpenAI's chat in its own way. */
export interface ChatModel {
  readonly id: string;
  /** Efforts it takes to think with, the one it has unasked first; undefined where it takes none. */
  readonly efforts?: readonly string[];
  /** It thinks before it answers, asked or not. */
  readonly thinks?: boolean;
}

export interface ChatAsked {
  readonly body: JsonObject;
  readonly model: ChatModel;
}

export type ChatRule = RefusalRule<ChatAsked>;

/** What sets a vendor's chat apart from OpenAI's. */
export interface ChatWire {
  readonly mount: string;
  readonly key: RegExp;
  readonly models: readonly ChatModel[];
  readonly shape: ObjectShape;
  readonly misfit: (misfit: Misfit) => Refusal;
  readonly rules: readonly ChatRule[];
  readonly unknownModel: (name: string) => Refusal;
  readonly error: (refusal: Refusal, digest: string) => VendorReply;
  readonly refuseKey: (key: string | undefined, digest: string) => VendorReply;
  /** The usage object in the vendor's fields, of OpenAI's, and what a correct reader takes from it. */
  readonly tell: (usage: JsonObject) => JsonObject;
  readonly read: (usage: JsonObject) => Units | null;
  /** An answer, or a chunk of one, as the vendor writes it. */
  readonly respell: (document: JsonObject, asked: ChatAsked) => JsonObject;
  /** A stream's frames as the vendor orders them. */
  readonly arrange?: (frames: readonly ChatFrame[], asked: ChatAsked) => readonly ChatFrame[];
  readonly embed?: (request: VendorRequest) => VendorReply;
}

/** A frame of a stream with the chunk that it carries; none in the last, which is a word. */
export interface ChatFrame {
  readonly kind: Frame["kind"];
  readonly document: JsonObject | undefined;
}

const frameOf = ({ kind, document }: ChatFrame): Frame => ({
  kind,
  bytes: document === undefined ? "data: [DONE]\n\n" : `data: ${JSON.stringify(document)}\n\n`,
});

const documentOf = ({ kind, bytes }: Frame): ChatFrame => {
  const text = String(bytes).slice("data: ".length).trim();
  return { kind, document: text === "[DONE]" ? undefined : objectOf(parseJson(text)) };
};

const chat = (wire: ChatWire, request: VendorRequest, model: ChatModel): VendorReply => {
  const body = objectOf(request.body);
  const asked: ChatAsked = { body, model };
  const misfit = findMisfit(wire.shape, body);
  const refusal = misfit === undefined ? firstRefusal(wire.rules, asked) : wire.misfit(misfit);
  if (refusal !== undefined) return wire.error(refusal, request.bodyDigest);
  let truth: JsonObject = {};
  let told: JsonObject | undefined;
  const edit = (usage: JsonObject): JsonObject | undefined => {
    truth = wire.tell(usage);
    told = request.telling.edit(truth);
    return told;
  };
  const choice = body["tool_choice"] === "any" ? { tool_choice: "required" } : {};
  const reply = chatReply(
    {
      ...request,
      telling: { ...request.telling, edit },
      body: { ...body, ...choice, stream_options: { include_usage: true } },
    },
    { ...selfHosted(model.id), efforts: model.efforts },
  );
  const respelled = reply.frames.map(documentOf).map(({ kind, document }) => ({
    kind,
    document: document && wire.respell(document, asked),
  }));
  if (!reply.streamed) {
    const [whole] = reply.frames;
    const document = wire.respell(objectOf(parseJson(String(whole?.bytes))), asked);
    return {
      ...jsonReply(200, reply.headers, document),
      units: wire.read(truth),
      reported: told ? wire.read(told) : null,
    };
  }
  const frames = (wire.arrange?.(respelled, asked) ?? respelled).map(frameOf);
  const tells = frames.some(({ kind }) => kind === "usage");
  return { ...reply, frames, units: wire.read(truth), reported: tells && told ? wire.read(told) : null };
};

const describe = ({ id }: ChatModel) => ({ id, object: "model", created: 1_721_172_741, owned_by: "sandbox" });

/** A vendor of OpenAI's wire with fields, rules, usage and refusals of its own. */
export const chatVendor = (wire: ChatWire): Vendor => ({
  mount: wire.mount,
  credentialOf: openai.credentialOf,
  acceptsKey: (key) => key !== undefined && wire.key.test(key),
  identify: openai.identify,
  reply(request) {
    const { method, path, bodyDigest } = request;
    if (method === "GET" && path === "/models")
      return jsonReply(200, {}, { object: "list", data: wire.models.map(describe) });
    if (method === "POST" && path === "/embeddings" && wire.embed !== undefined) return wire.embed(request);
    if (method !== "POST" || path !== "/chat/completions")
      return wire.error({ status: 404, message: `Unknown request URL: ${method} ${path}` }, bodyDigest);
    if (!isObject(request.body)) return wire.error({ status: 400, message: "The body is no JSON object." }, bodyDigest);
    const model = wire.models.find(({ id }) => id === request.model);
    return model === undefined ? wire.error(wire.unknownModel(request.model), bodyDigest) : chat(wire, request, model);
  },
  refuseKey: wire.refuseKey,
  error: (status, message, digest) => wire.error({ status, message }, digest),
});

/** The choices of a document, each changed. */
export const withChoices = (document: JsonObject, change: (choice: JsonObject) => JsonObject): JsonObject => ({
  ...document,
  choices: listOf(document["choices"]).map((choice) => change(objectOf(choice))),
});

/** Messages of a chat. */
export const turnsOf = (body: JsonObject): readonly JsonObject[] => listOf(body["messages"]).map(objectOf);

/** Whether a chat asks for JSON or offers tools. */
export const isStructured = (body: JsonObject): boolean =>
  listOf(body["tools"]).length > 0 || stringOf(objectOf(body["response_format"])["type"]).startsWith("json_");
