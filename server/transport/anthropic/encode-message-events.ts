import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import type { Source } from "../../contracts/ai/web-search.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { AnswerOrigin, TextDialect } from "../dialect/dialect.ts";
import { told } from "../dialect/told.ts";
import { endedEarly } from "../dialect/without-ending.ts";
import { carrierBlock, messageHead, messageUsage, signatureOf, stopReasonOf } from "./encode-message.ts";
import { searchBlocks } from "./search-blocks.ts";
import type { MessagesRequest } from "./messages-request.ts";

type EncodeMessageEvents = Parameters<TextDialect<MessagesRequest>["encodeStream"]>[0];

const event = (type: string, members: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;

interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: string;
  readonly metadata: ProviderMetadata | undefined;
}

/** Writes the events of one message; one content block is open at a time. */
class MessageEventWriter {
  readonly #origin: () => AnswerOrigin;
  /** Tool calls whose arguments came in fragments. */
  readonly #streamed = new Set<string>();
  readonly #waiting: ToolCall[] = [];
  readonly #sources: Source[] = [];
  /** Tool calls whose signature has been sent. */
  readonly #signed = new Set<string>();
  /** The signature of the open thinking block. */
  #thinking: ProviderMetadata | undefined;
  /** The signature of the open text. */
  #text: ProviderMetadata | undefined;
  /** Signatures of texts that nothing has followed yet: no message ends with them. */
  readonly #unsent: ProviderMetadata[] = [];
  #begun = false;
  #next = 0;
  /** What the open block belongs to. */
  #open: string | undefined;

  constructor(origin: () => AnswerOrigin) {
    this.#origin = origin;
  }

  #start(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const message = {
      ...messageHead(this.#origin()),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: messageUsage(null),
    };
    return event("message_start", { message });
  }

  close(): string {
    if (this.#open === undefined) return "";
    const signature = this.#open.startsWith("thinking ") ? signatureOf(this.#thinking) : "";
    const signed = signature === "" ? "" : this.#delta({ type: "signature_delta", signature });
    this.#open = undefined;
    this.#thinking = undefined;
    const stopped = signed + event("content_block_stop", { index: this.#next - 1 });
    if (this.#text !== undefined) this.#unsent.push(this.#text);
    this.#text = undefined;
    const waiting = this.#waiting.splice(0);
    return stopped + waiting.map((call) => this.toolCall(call)).join("");
  }

  /** A block that begins and ends at once, where none is open. */
  #whole(contentBlock: object): string {
    this.#next += 1;
    return (
      event("content_block_start", { index: this.#next - 1, content_block: contentBlock }) +
      event("content_block_stop", { index: this.#next - 1 })
    );
  }

  #carrier(metadata: ProviderMetadata | undefined, call?: string): string {
    return carrierBlock(metadata, call)
      .map((block) => this.#start() + this.#whole(block))
      .join("");
  }

  /** Closes what is open, because something follows it. */
  #goOn(): string {
    const closed = this.#start() + this.close();
    return (
      closed +
      this.#unsent
        .splice(0)
        .map((metadata) => this.#carrier(metadata))
        .join("")
    );
  }

  #begin(owner: string, contentBlock: object): string {
    if (this.#open === owner) return "";
    const closed = this.#goOn();
    this.#open = owner;
    this.#next += 1;
    return closed + event("content_block_start", { index: this.#next - 1, content_block: contentBlock });
  }

  #delta(delta: object): string {
    return event("content_block_delta", { index: this.#next - 1, delta });
  }

  text(id: string, text: string, metadata: ProviderMetadata | undefined): string {
    if (text === "" && this.#open !== `text ${id}`) {
      const closed = metadata === undefined ? "" : this.close();
      if (metadata !== undefined) this.#unsent.push(metadata);
      return closed;
    }
    const begun = this.#begin(`text ${id}`, { type: "text", text: "" });
    this.#text = metadata ?? this.#text;
    return text === "" ? begun : begun + this.#delta({ type: "text_delta", text });
  }

  thinking(id: string, thinking: string, metadata: ProviderMetadata | undefined): string {
    const redacted = metadata?.["anthropic"]?.["redactedData"];
    if (redacted !== undefined) return this.#goOn() + this.#whole({ type: "redacted_thinking", data: redacted });
    if (thinking === "" && metadata === undefined) return "";
    const begun = this.#begin(`thinking ${id}`, { type: "thinking", thinking: "", signature: "" });
    this.#thinking = metadata ?? this.#thinking;
    return thinking === "" ? begun : begun + this.#delta({ type: "thinking_delta", thinking });
  }

  /** A call that begins while another is open waits until it can be sent whole. */
  toolStart({ id, name, metadata }: Omit<ToolCall, "input">): string {
    if (this.#open?.startsWith("tool ")) return "";
    this.#streamed.add(id);
    const before = metadata === undefined ? "" : this.#goOn() + this.#carrier(metadata, id);
    if (metadata !== undefined) this.#signed.add(id);
    return before + this.#begin(`tool ${id}`, { type: "tool_use", id, name, input: {} });
  }

  toolFragment(id: string, fragment: string): string {
    return this.#open === `tool ${id}` ? this.#delta({ type: "input_json_delta", partial_json: fragment }) : "";
  }

  toolEnd(id: string): string {
    return this.#open === `tool ${id}` ? this.close() : "";
  }

  /** The whole call: needed only where it did not come in fragments. */
  toolCall(call: ToolCall): string {
    const { id, input, metadata } = call;
    if (this.#streamed.has(id)) {
      if (metadata === undefined || this.#signed.has(id)) return "";
      this.#signed.add(id);
      return this.close() + this.#carrier(metadata, id);
    }
    if (this.#open?.startsWith("tool ")) {
      this.#waiting.push(call);
      return "";
    }
    return this.toolStart(call) + this.toolFragment(id, input) + this.close();
  }

  source(source: Source): void {
    this.#sources.push(source);
  }

  finish(stopReason: string, usage: ReturnType<typeof messageUsage>): string {
    return (
      this.#start() +
      this.close() +
      searchBlocks(this.#sources, this.#origin().operationId)
        .map((block) => this.#whole(block))
        .join("") +
      event("message_delta", { delta: { stop_reason: stopReason, stop_sequence: null }, usage })
    );
  }
}

const encodePart = (part: VendorStreamPart, writer: MessageEventWriter): string => {
  switch (part.type) {
    case "text-delta":
      return writer.text(part.id, part.delta, part.providerMetadata);
    case "reasoning-start":
      return writer.thinking(part.id, "", part.providerMetadata);
    case "reasoning-delta":
      return writer.thinking(part.id, part.delta, part.providerMetadata);
    case "tool-input-start":
      return writer.toolStart({ id: part.id, name: part.toolName, metadata: part.providerMetadata });
    case "tool-input-delta":
      return writer.toolFragment(part.id, part.delta);
    case "tool-call":
      return writer.toolCall({
        id: part.toolCallId,
        name: part.toolName,
        input: part.input,
        metadata: part.providerMetadata,
      });
    case "source":
      writer.source(part);
      return "";
    case "text-end":
      return writer.text(part.id, "", part.providerMetadata) + writer.close();
    case "reasoning-end":
      return writer.thinking(part.id, "", part.providerMetadata) + writer.close();
    case "tool-input-end":
      return writer.toolEnd(part.id);
    default:
      return "";
  }
};

/** Stream parts as Anthropic's events; `message_stop` is the door's to send. */
export async function* encodeMessageEvents({
  streaming,
  origin,
  onWarning,
}: EncodeMessageEvents): AsyncGenerator<Uint8Array, void, void> {
  const writer = new MessageEventWriter(origin);
  for await (const part of streaming.chunks) {
    let events = "";
    if (part.type === "stream-start") {
      for (const warning of part.warnings) onWarning(told(warning));
    } else if (part.type === "finish") {
      const { units, vendorRequestId } = streaming.meter();
      if (part.finishReason === "interrupted" || part.finishReason === "error") throw endedEarly(vendorRequestId);
      events = writer.finish(stopReasonOf(part.finishReason), messageUsage(units));
    } else events = encodePart(part, writer);
    if (events !== "") yield Buffer.from(events);
  }
}
