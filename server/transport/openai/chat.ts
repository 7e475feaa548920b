import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { AiVendor, Answered, NativeRequest, ProviderIo, Streaming } from "../../contracts/provider.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { MeteredRequest } from "../../gateway/metered-request.ts";
import { stream } from "../../gateway/stream.ts";
import { appendFacts } from "../append-facts.ts";
import { dialectHeaders, dialectStreamHeaders } from "../dialect-headers.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { meteredSse } from "../metered-sse.ts";
import { readSizedJson } from "../read-json.ts";
import { parseChatRequest, type ChatRequest } from "./chat-request.ts";
import { chatIdentity, encodeChatCompletion } from "./encode-chat-completion.ts";
import { encodeChatChunks } from "./encode-chat-chunk.ts";
import { openAiErrorBody } from "./encode-openai-error.ts";
import { measureChat } from "./measure-chat.ts";
import { nativeChatBody } from "./native-chat-body.ts";
import { nativeHeaders } from "./native-headers.ts";
import { asRecord } from "./as-record.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "./wire-answer.ts";
import { translateChatRequest, type TranslatedChat } from "./translate-chat-request.ts";
import { withoutDone } from "./without-done.ts";

const maxBodyBytes = 24 * 1024 * 1024;

/** One chat request on its way: by the vendor's own dialect where it speaks it, else translated. */
class ChatCall {
  readonly #gateway: Gateway;
  readonly #body: Readonly<Record<string, unknown>>;
  readonly #request: ChatRequest;
  readonly #headers: Readonly<Record<string, string>>;
  /** Settings a vendor's adapter could not carry out, as a stream told them. */
  readonly warnings = new Set<string>();
  #translated: TranslatedChat | undefined;

  constructor(
    gateway: Gateway,
    body: Readonly<Record<string, unknown>>,
    request: ChatRequest,
    headers: Readonly<Record<string, string>>,
  ) {
    this.#gateway = gateway;
    this.#body = body;
    this.#request = request;
    this.#headers = headers;
  }

  get includeUsage(): boolean {
    return this.#request.stream_options?.include_usage === true;
  }

  #native(io: ProviderIo): NativeRequest {
    const body = nativeChatBody(this.#body, this.#request, io);
    return { path: "/chat/completions", headers: this.#headers, body, includeUsage: this.includeUsage };
  }

  /** Once for all routes. */
  #translate(): TranslatedChat {
    return (this.#translated ??= translateChatRequest(this.#request));
  }

  async answer(vendor: AiVendor, io: ProviderIo): Promise<Answered<WireAnswer>> {
    const native = vendor.native["openai.chat"];
    if (native) {
      const answered = await native.answer(this.#native(io), io);
      return { ...answered, result: { body: answered.result.body, warnings: [] } };
    }
    const { input, warnings } = this.#translate();
    const answered = await vendor.generateText(input, io);
    const identity = chatIdentity(io.operationId, this.#gateway.clock.now(), answered.responseModel ?? io.model);
    const told = answered.result.warnings.map(({ setting, details, type }) => setting ?? details ?? type);
    return {
      ...answered,
      result: { body: encodeChatCompletion(answered, identity), warnings: [...new Set([...warnings, ...told])] },
    };
  }

  async open(vendor: AiVendor, io: ProviderIo): Promise<Streaming<Uint8Array>> {
    const native = vendor.native["openai.chat"]?.stream;
    this.warnings.clear();
    if (native) return withoutDone(await native(this.#native(io), io));
    const { input, warnings } = this.#translate();
    for (const warning of warnings) this.warnings.add(warning);
    const streaming = await vendor.streamText(input, io);
    const identity = () =>
      chatIdentity(io.operationId, this.#gateway.clock.now(), streaming.meter().responseModel ?? io.model);
    const onWarning = (setting: string): void => void this.warnings.add(setting);
    return {
      chunks: encodeChatChunks({ streaming, identity, includeUsage: this.includeUsage, onWarning }),
      meter: streaming.meter,
    };
  }
}

const same = (bytes: Uint8Array): Uint8Array => bytes;

/** POST /v1/chat/completions. */
export const answerChat = async (gateway: Gateway, request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
  const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
  const chat = parseChatRequest(value);
  const body = asRecord(value);
  const made = new ChatCall(gateway, body, chat, nativeHeaders(request));
  const metered: MeteredRequest = {
    operation: chat.stream === true ? ai.streamText : ai.generateText,
    requestedModel: chat.model,
    dialect: "openai.chat",
    ...measureChat(chat, byteLength),
    input: body,
  };
  if (chat.stream === true) return streamChat(gateway, made, metered, ctx);

  const { result, facts, replayed, allowance } = await call(
    gateway,
    { ...metered, run: (vendor, io) => made.answer(vendor, io), encode: encodeWireAnswer, decode: decodeWireAnswer },
    ctx,
  );
  const headers = dialectHeaders({ facts, replayed, allowance }, ctx.requestId, "application/json", result.warnings);
  return { status: 200, headers, body: appendFacts(result.body, facts) };
};

const streamChat = async (
  gateway: Gateway,
  made: ChatCall,
  metered: MeteredRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  const reply = await stream(
    gateway,
    { ...metered, open: (vendor, io) => made.open(vendor, io), encodeChunk: same, decodeChunk: same },
    ctx,
  );
  const { start, replayed, allowance } = reply;
  const ending = {
    done: "data: [DONE]\n\n",
    failed: (error: Parameters<typeof openAiErrorBody>[0]) => `data: ${openAiErrorBody(error, ctx.requestId)}\n\n`,
  };
  return {
    status: 200,
    headers: dialectStreamHeaders({ start, replayed, allowance }, ctx.requestId, made.warnings),
    body: meteredSse({ reply, ending, log: gateway.log }),
  };
};
